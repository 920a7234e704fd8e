import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { ingest } from "@nightledger/ingest";
import { type EditionFormat, type PlacedEdition, renderReport } from "@nightledger/report";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { openLedger, openReader, type Reader, sealOf } from "@nightledger/store";
import { openAccounts } from "../accounts.ts";
import { readConfig } from "../config.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { formatTable } from "../format-table.ts";
import { Progress } from "../progress.ts";
import { REPORTS_DIR } from "../reports-dir.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";
import { writeSimulatorConfig } from "../write-simulator-config.ts";

/** The day the simulated world is told for: on it, project 1 answers the documented example. */
const REFERENCE_DATE = "2026-11-24";
const NIGHTS = 90;

/** What an earlier demo printed: the history is made anew, so this is no correction of it. */
function removeEditions(folder: string): void {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const own = names.filter((name) => name.startsWith(`${REFERENCE_DATE}_executive-summary_all_en_e`));
  for (const name of own) rmSync(join(folder, name));
}

const nightsUntil = (last: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => {
    const day = new Date(`${last}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() - (count - 1 - index));
    return day.toISOString().slice(0, 10);
  });

async function ingestNights(terminal: Terminal, simulator: Simulator, configFile: string) {
  const config = readConfig(configFile, terminal.env);
  const progress = new Progress(terminal);
  const ledger = await openLedger(config.database);
  const { accounts, close } = openAccounts(config);
  try {
    const nights = nightsUntil(REFERENCE_DATE, NIGHTS);
    for (const [index, dataDate] of nights.entries()) {
      simulator.setDate(dataDate);
      const { concurrency } = config.request;
      await ingest(ledger, { dataDate, accounts, concurrency, signal: terminal.signal });
      terminal.signal.throwIfAborted();
      progress.show("Ingesting nights", index + 1, nights.length);
    }
  } finally {
    await close();
    await ledger.close();
  }
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
  const simulator = await startSimulator({
    accounts: 3,
    projects: 40,
    referenceDate: REFERENCE_DATE,
    limit: null,
  });
  try {
    writeSimulatorConfig(simulator, configFile);
    await ingestNights(terminal, simulator, configFile);
  } finally {
    await simulator.close();
  }

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
