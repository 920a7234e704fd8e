import { type IngestResult, ingest } from "@nightledger/ingest";
import { openLedger } from "@nightledger/store";
import { openAccounts } from "../accounts.ts";
import type { Config } from "../config.ts";
import { parseDate, todayIn } from "../data-date.ts";
import { UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { Progress } from "../progress.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

const STATUS: Record<IngestResult["status"], ExitStatus> = {
  complete: EXIT.complete,
  partial: EXIT.partial,
  interrupted: EXIT.partial,
  failed: EXIT.nothingFetched,
};

/** The cloud answers for today only, so only today can be recorded. */
function dataDateOf(config: Config, asked: string | undefined): string {
  const today = todayIn(config.timeZone, new Date());
  const dataDate = asked === undefined ? today : parseDate(asked);
  if (dataDate !== today && !config.allowAnyDate) {
    throw new UsageError(
      `The cloud answers for today alone, and it is ${today} in ${config.timeZone}: ${dataDate} cannot be recorded. ` +
        "Leave --date out (allowAnyDate is for simulators).",
    );
  }
  return dataDate;
}

/** `--only payments` keeps targets whose account, region, project name or id contains the text. */
function filterOf(only: string | undefined) {
  if (only === undefined) return {};
  const wanted = only.toLowerCase();
  return {
    only: (target: { account: string; region: string; projectId: string; projectName: string }) =>
      [target.account, target.region, target.projectId, target.projectName].some((part) =>
        part.toLowerCase().includes(wanted),
      ),
  };
}

function summaryOf(result: IngestResult): string {
  const { runId, dataDate, status, expected, fetched, alreadyFresh, missing, problems } = result;
  const before = alreadyFresh === 0 ? "" : `, ${alreadyFresh} already on record`;
  const { scope } = result;
  const changed =
    scope.new + scope.gone === 0
      ? []
      : [`  Scope: ${scope.new} new, ${scope.gone} gone (scope_change_daily).`];
  const lines = [
    `Run ${runId}, ${dataDate}: ${status}. ${expected} targets expected: ${fetched} fetched${before}, ${missing} missing.`,
    ...changed,
    ...problems.map((problem) => `  ${problem}`),
  ];
  return `${lines.join("\n")}\n`;
}

async function runIngest(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const config = configOf(terminal, options);
  const dataDate = dataDateOf(config, text(options, "date"));
  const progress = new Progress(terminal, options.json === true);
  const ledger = await openLedger(config.database);
  const { accounts, close } = openAccounts(config);
  try {
    const result = await ingest(ledger.db, {
      dataDate,
      accounts,
      concurrency: config.request.concurrency,
      reconcile: config.reconcile,
      ...filterOf(text(options, "only")),
      signal: terminal.signal,
      onProgress: ({ step, done, total }) =>
        progress.show(step === "discover" ? "Discovering projects" : "Fetching risk lists", done, total),
    });
    terminal.out(options.json === true ? `${JSON.stringify(result)}\n` : summaryOf(result));
    return STATUS[result.status];
  } finally {
    await close();
    await ledger.close();
  }
}

/** `nightledger ingest` */
export const ingestVerb: Verb = {
  name: "ingest",
  summary: "Record tonight's security risk of every project.",
  options: {
    config: CONFIG,
    date: { type: "string", value: "YYYY-MM-DD", help: "The data date; today in the configured time zone." },
    only: {
      type: "string",
      value: "TEXT",
      help: "Only targets whose account, region, project name or id has it.",
    },
    json: JSON_OUTPUT,
  },
  run: runIngest,
};
