import { type IngestResult, ingest } from "@nightledger/ingest";
import {
  type Compaction,
  type Ledger,
  openLedger,
  withLease,
  writeAnalystSnapshot,
} from "@nightledger/store";
import { openAccounts } from "../accounts.ts";
import { compactAfter } from "../compact-after.ts";
import { compactionText } from "../compaction-text.ts";
import type { Config } from "../config.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { Progress } from "../progress.ts";
import type { Options, Terminal, Verb } from "../verb.ts";
import { NIGHT_OPTIONS, nightOf } from "./night-options.ts";
import { CONFIG, configOf, JSON_OUTPUT } from "./options.ts";

const STATUS: Record<IngestResult["status"], ExitStatus> = {
  complete: EXIT.complete,
  partial: EXIT.partial,
  interrupted: EXIT.partial,
  failed: EXIT.nothingFetched,
};

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

/** Gives the analysts the night, and tells what kept it from them; null is nothing. It is no loss of the night. */
async function shareNight(config: Config, { status }: IngestResult): Promise<string | null> {
  if (config.snapshot === null || (status !== "complete" && status !== "partial")) return null;
  try {
    await writeAnalystSnapshot(config.database, config.snapshot);
    return null;
  } catch (error) {
    return `${(error as Error).message} The night is on record; analysts go on seeing the one before.`;
  }
}

/** What the run left, for people and for machines. */
interface Recorded {
  result: IngestResult;
  compaction: Compaction | null;
  /** Why the analysts have not got the night; null where they have. */
  unshared: string | null;
}

async function recordNight(
  ledger: Ledger,
  { config, night, terminal }: { config: Config; night: ReturnType<typeof nightOf>; terminal: Terminal },
  progress: Progress,
): Promise<Recorded> {
  const { accounts, close } = openAccounts(config);
  try {
    const result = await ingest(ledger, {
      ...night,
      accounts,
      concurrency: config.request.concurrency,
      reconcile: config.reconcile,
      signal: terminal.signal,
      onProgress: ({ step, done, total }) =>
        progress.show(step === "discover" ? "Discovering projects" : "Fetching risk lists", done, total),
    });
    const compaction = await compactAfter(ledger, result, config, terminal);
    return { result, compaction, unshared: await shareNight(config, result) };
  } finally {
    await close();
  }
}

async function runIngest(terminal: Terminal, options: Options): Promise<ExitStatus> {
  const config = configOf(terminal, options);
  const night = nightOf(config, options, terminal.now());
  const progress = new Progress(terminal, options.json === true);
  const ledger = await openLedger(config.database);
  try {
    const { result, compaction, unshared } = await withLease(ledger, "ingest", terminal.signal, (signal) =>
      recordNight(ledger, { config, night, terminal: { ...terminal, signal } }, progress),
    );
    const summary = `${summaryOf(result)}${compaction === null ? "" : compactionText(compaction)}`;
    const { snapshot } = config;
    const printed = { ...result, compaction, snapshot: { file: snapshot, problem: unshared } };
    terminal.out(options.json === true ? `${JSON.stringify(printed)}\n` : summary);
    if (unshared === null) return STATUS[result.status];
    terminal.err(`nightledger: ${unshared}\n`);
    return EXIT.partial;
  } finally {
    await ledger.close();
  }
}

/** `nightledger ingest` */
export const ingestVerb: Verb = {
  name: "ingest",
  summary: "Record tonight's security risk of every project.",
  options: {
    config: CONFIG,
    ...NIGHT_OPTIONS,
    json: JSON_OUTPUT,
  },
  run: runIngest,
};
