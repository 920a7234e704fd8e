import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { type EditionFormat, type PlacedEdition, renderReport } from "@nightledger/report";
import { openReader, type Reader, sealOf } from "@nightledger/store";
import { readConfig } from "../config.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { formatTable } from "../format-table.ts";
import { openReaderFor } from "../open-reader-for.ts";
import { REPORTS_DIR } from "../reports-dir.ts";
import { REFERENCE_DATE, recordSimulatedNights } from "../simulated-nights.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";

const NIGHTS = 90;

/** What an earlier demo printed: the history is made anew, so this is no correction of it. */
function removeEditions(folder: string): void {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const own = names.filter((name) => name.startsWith(`${REFERENCE_DATE}_`));
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

  const placed: PlacedEdition[] = [];
  for (const order of ORDERS) {
    const made = await renderOne(terminal, { configFile, outDir: join(folder, "reports") }, order);
    if (made === null) return EXIT.gateFailed;
    placed.push(made);
  }
  const reader = await openReader(database);
  try {
    terminal.out(summary(terminal, { database, configFile, placed }, await tonight(reader)));
  } finally {
    await reader.close();
  }
  return EXIT.complete;
}

/** The reports of the demo: each kind, in both languages, and all formats of the first. */
const ORDERS: readonly DemoOrder[] = [
  { name: "executive-summary", locale: "en", formats: ["pdf", "html", "xlsx", "json", "mail", "png"] },
  { name: "executive-summary", locale: "zh-Hans", formats: ["pdf"] },
  { name: "portfolio", locale: "en", audience: "payments", formats: ["pdf"] },
  { name: "portfolio", locale: "zh-Hans", audience: "retail", formats: ["pdf"] },
  { name: "project-detail", locale: "en", formats: ["pdf"] },
  { name: "project-detail", locale: "zh-Hans", formats: ["pdf"] },
];

/** The project whose answer is the documented example. */
const PROJECT = { account: "harbour", projectName: "ap-southeast-3" };

interface DemoOrder {
  name: string;
  locale: "en" | "zh-Hans";
  audience?: string;
  formats: readonly EditionFormat[];
}

/** One report of the demo; null where it did not pass its gate. */
async function renderOne(
  terminal: Terminal,
  { configFile, outDir }: { configFile: string; outDir: string },
  { name, locale, audience, formats }: DemoOrder,
): Promise<PlacedEdition | null> {
  const config = readConfig(configFile, terminal.env);
  const reader = await openReaderFor(config, audience, REFERENCE_DATE);
  try {
    terminal.err(`Rendering ${name} in ${locale}${audience === undefined ? "" : ` for ${audience}`}\n`);
    const editions = renderReport(reader.db, {
      name,
      dataDate: REFERENCE_DATE,
      locale,
      formats,
      outDir,
      reportsDir: REPORTS_DIR,
      audience: reader.audience,
      only: ({ account, projectName }) => account === PROJECT.account && projectName === PROJECT.projectName,
      seal: await sealOf(reader),
      signal: terminal.signal,
    });
    for await (const edition of editions) return edition.passed ? edition : null;
    return null;
  } finally {
    await reader.close();
  }
}

function summary(
  terminal: Terminal,
  made: { database: string; configFile: string; placed: readonly PlacedEdition[] },
  figures: string,
): string {
  const near = (file: string) => relative(terminal.cwd, file) || ".";
  const filesOf = (format: EditionFormat) =>
    made.placed.flatMap(({ manifest, told }) =>
      told.files
        .filter((file) => file.format === format)
        .map(({ name }) => near(join(dirname(manifest), name))),
    );
  const [first = "-", ...others] = filesOf("pdf");
  const config = near(made.configFile);
  return [
    "",
    `Tonight, ${REFERENCE_DATE}:`,
    "",
    figures.trimEnd(),
    "",
    `Database  ${near(made.database)}`,
    `Report    ${first}`,
    ...others.map((file) => `          ${file}`),
    `Page 1    ${filesOf("png").join()}`,
    "",
    "Try next:",
    `  npx pnpm@12.21.0 nightledger query --config ${config} "SELECT project_name, score FROM latest_risk ORDER BY score LIMIT 10"`,
    `  npx pnpm@12.21.0 nightledger runs --config ${config}`,
    `  npx pnpm@12.21.0 nightledger report --config ${config} --date 2026-10-31`,
    `  npx pnpm@12.21.0 nightledger explain --config ${config} portfolio.score`,
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
