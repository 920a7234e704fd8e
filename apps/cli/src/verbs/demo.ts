import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { type EditionFormat, type PlacedEdition, renderReport } from "@nightledger/report";
import { type MailServer, startMailServer } from "@nightledger/simulator/mail";
import { openLedger, openReader, type Reader, sealOf } from "@nightledger/store";
import { readConfig } from "../config.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { formatTable } from "../format-table.ts";
import { publishFound } from "../night/publish-night.ts";
import { sendNow } from "../night/send-now.ts";
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
  const mailServer = await startMailServer();
  try {
    return await demonstrate(terminal, options, mailServer);
  } finally {
    await mailServer.close();
  }
}

/** Sends the night's reports to who gets them, and puts each mail beside its PDF. The files. */
async function mailTonight(
  terminal: Terminal,
  configFile: string,
  mailServer: MailServer,
): Promise<{ to: string; file: string }[]> {
  const config = readConfig(configFile, terminal.env);
  const ledger = await openLedger(config.database);
  try {
    const { signal, now } = terminal;
    await publishFound(ledger, { config, dataDate: REFERENCE_DATE, signal, now });
    await sendNow(ledger, {
      config,
      until: new Date(),
      signal,
      onSettled: ({ recipient }, { state }) => terminal.err(`Mail to ${recipient}: ${state}\n`),
    });
    const sent = await ledger.db
      .selectFrom("delivery_history")
      .select(["report", "subject", "locale", "edition", "recipient"])
      .where("state", "=", "sent")
      .orderBy("delivery_id")
      .execute();
    return sent.map(({ report, subject, locale, edition, recipient }, index) => {
      const file = join(config.reports, `${REFERENCE_DATE}_${report}_${subject}_${locale}_e${edition}.eml`);
      writeFileSync(file, mailServer.mails[index]?.raw ?? "");
      return { to: recipient, file };
    });
  } finally {
    await ledger.close();
  }
}

async function demonstrate(
  terminal: Terminal,
  options: Options,
  mailServer: MailServer,
): Promise<ExitStatus> {
  const folder = resolve(terminal.cwd, text(options, "out") ?? "demo");
  const configFile = join(folder, "nightledger.yaml");
  const database = join(folder, "nightledger.db");
  mkdirSync(folder, { recursive: true });
  // a copy of a ledger that is gone would contradict the new one
  const copy = join(folder, "nightledger.analyst.db");
  for (const end of ["", "-wal", "-shm"]) rmSync(`${database}${end}`, { force: true });
  rmSync(copy, { force: true });

  removeEditions(join(folder, "reports"));

  terminal.err(
    `A simulated cloud of 3 accounts and 40 projects, ${NIGHTS} nights up to ${REFERENCE_DATE}.\n`,
  );
  await recordSimulatedNights(terminal, configFile, {
    accounts: 3,
    projects: 40,
    nights: NIGHTS,
    mail: mailServer,
  });

  const placed: PlacedEdition[] = [];
  for (const order of ORDERS) {
    const made = await renderOne(terminal, { configFile, outDir: join(folder, "reports") }, order);
    if (made === null) return EXIT.gateFailed;
    placed.push(made);
  }
  const mails = await mailTonight(terminal, configFile, mailServer);
  const reader = await openReader(database);
  try {
    terminal.out(summary(terminal, { database, configFile, placed, mails }, await tonight(reader)));
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
      warn: (sentence) => terminal.err(`nightledger: ${sentence}\n`),
    });
    for await (const edition of editions) return edition.passed ? edition : null;
    return null;
  } finally {
    await reader.close();
  }
}

function summary(
  terminal: Terminal,
  made: {
    database: string;
    configFile: string;
    placed: readonly PlacedEdition[];
    mails: readonly { to: string; file: string }[];
  },
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
    ...made.mails.map(({ to, file }) => `Mail      ${near(file)} to ${to}`),
    "",
    "Try next:",
    `  npx pnpm@12.21.0 nightledger query --config ${config} "SELECT project_name, account, score, age_days FROM latest_risk ORDER BY score NULLS LAST LIMIT 10"`,
    `  npx pnpm@12.21.0 nightledger runs --config ${config}`,
    `  npx pnpm@12.21.0 nightledger report --config ${config} --date 2026-10-31`,
    `  npx pnpm@12.21.0 nightledger explain --config ${config} portfolio.score`,
    "",
  ].join("\n");
}

/** `nightledger demo` */
export const demoVerb: Verb = {
  name: "demo",
  summary: "Everything on a simulated cloud, from nothing to a PDF in a mailbox, in a minute.",
  options: { out: { type: "string", value: "DIR", help: "Where to.", default: "./demo" } },
  run: runDemo,
};
