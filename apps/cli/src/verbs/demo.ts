import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { type EditionFormat, type PlacedEdition, renderReport } from "@nightledger/report";
import { openReader, type Reader, sealOf } from "@nightledger/store";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { formatTable } from "../format-table.ts";
import { REPORTS_DIR } from "../reports-dir.ts";
import { REFERENCE_DATE, recordSimulatedNights } from "../simulated-nights.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";

const NIGHTS = 90;

/** What an earlier demo printed: the history is made anew, so this is no correction of it. */
function removeEditions(folder: string): void {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const own = names.filter((name) => name.startsWith(`${REFERENCE_DATE}_executive-summary_all_en_e`));
  for (const name of own) rmSync(join(folder, name));
}

async function tonight(reader: Reader): Promise<string> {
  const night = await reader.db
    .selectFrom("coverage_daily")
    .innerJoin("portfolio_daily", "portfolio_daily.data_date", "coverage_daily.data_date")
    .innerJoin("portfolio_change_daily", "portfolio_change_daily.data_date", "coverage_daily.data_date")
    .select(["expected", "fresh", "carried", "missing", "score", "score_change", "total_risk_num"])
    .where("coverage_daily.data_date", "=", REFERENCE_DATE)
    .executeTakeFirstOrThrow();
  return formatTable(Object.keys(night), [Object.values(night)]);
}

async function runDemo(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const folder = resolve(terminal.cwd, text(options, "out") ?? "demo");
  const configFile = join(folder, "nightledger.yaml");
  const database = join(folder, "nightledger.db");
  mkdirSync(folder, { recursive: true });
  for (const end of ["", "-wal", "-shm"]) rmSync(`${database}${end}`, { force: true });

  removeEditions(join(folder, "reports"));

  terminal.err(
    `A simulated cloud of 3 accounts and 40 projects, ${NIGHTS} nights up to ${REFERENCE_DATE}.\n`,
  );
  await recordSimulatedNights(terminal, configFile, { accounts: 3, projects: 40, nights: NIGHTS });

  const reader = await openReader(database);
  try {
    const editions = renderReport(reader.db, {
      name: "executive-summary",
      dataDate: REFERENCE_DATE,
      locale: "en",
      formats: ["pdf", "json", "png"],
      outDir: join(folder, "reports"),
      reportsDir: REPORTS_DIR,
      seal: await sealOf(reader),
      signal: terminal.signal,
      progress: (step) => terminal.err(`${step}\n`),
    });
    for await (const placed of editions) {
      if (!placed.passed) return EXIT.gateFailed;
      terminal.out(summary(terminal, { database, configFile, placed }, await tonight(reader)));
    }
  } finally {
    await reader.close();
  }
  return EXIT.complete;
}

function summary(
  terminal: Terminal,
  made: { database: string; configFile: string; placed: PlacedEdition },
  figures: string,
): string {
  const near = (file: string) => relative(terminal.cwd, file) || ".";
  const { manifest, told } = made.placed;
  const nearest = (format: EditionFormat) => {
    const file = told.files.find((each) => each.format === format);
    return file === undefined ? "-" : near(join(dirname(manifest), file.name));
  };
  const config = near(made.configFile);
  return [
    "",
    `Tonight, ${REFERENCE_DATE}:`,
    "",
    figures.trimEnd(),
    "",
    `Database  ${near(made.database)}`,
    `Report    ${nearest("pdf")}`,
    `Page 1    ${nearest("png")}`,
    "",
    "Try next:",
    `  npx pnpm@12.21.0 nightledger query --config ${config} "SELECT project_name, score FROM latest_risk ORDER BY score LIMIT 10"`,
    `  npx pnpm@12.21.0 nightledger runs --config ${config}`,
    `  npx pnpm@12.21.0 nightledger report --config ${config} --date 2026-10-31`,
    "",
  ].join("\n");
}

/** `nightledger demo` */
export const demoVerb: Verb = {
  name: "demo",
  summary: "Everything on a simulated cloud, from nothing to a PDF, in a minute.",
  options: { out: { type: "string", value: "DIR", help: "Where to.", default: "./demo" } },
  run: runDemo,
};
