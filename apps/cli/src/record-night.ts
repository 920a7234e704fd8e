import {
  type IngestAccount,
  type IngestJob,
  type IngestResult,
  ingest,
  longestSilenceMs,
} from "@nightledger/ingest";
import { type Compaction, type Ledger, type RiskException, writeAnalystSnapshot } from "@nightledger/store";
import { type Delegation, fetchByWorkers, type Work } from "@nightledger/worker";
import { openAccounts } from "./accounts.ts";
import { compactAfter } from "./compact-after.ts";
import type { Config } from "./config.ts";
import { ExceptionsError } from "./errors.ts";
import type { Progress } from "./progress.ts";
import { readExceptions } from "./read-exceptions.ts";
import type { Terminal } from "./verb.ts";
import type { Watch } from "./watch/watch.ts";
import { delegationOf } from "./workers/delegation-of.ts";

/** Gives the analysts the night, and tells what kept it from them; null is nothing. It is no loss of the night. */
async function shareNight(config: Config, { status }: IngestResult): Promise<string | null> {
  if (config.snapshot === null || (status !== "complete" && status !== "partial")) return null;
  try {
    await writeAnalystSnapshot(config.database, config.snapshot, config.permissions.snapshot);
    return null;
  } catch (error) {
    return `${(error as Error).message} The night is on record; analysts go on seeing the one before.`;
  }
}

/** The file's exceptions, or what is wrong with it: no reason to lose a night, so those on record stay as they are. */
function exceptionsOf(
  config: Config,
  dataDate: string,
): { exceptions: RiskException[] | undefined; problem: string | null } {
  try {
    return { exceptions: readExceptions(config.exceptions, dataDate), problem: null };
  } catch (error) {
    if (!(error instanceof ExceptionsError)) throw error;
    const said = error.message.replaceAll(/\s*\n\s*/g, " ");
    const problem = `${said.replace(/\.$/, "")}. The night is on record, and exceptions stay as they were.`;
    return { exceptions: undefined, problem };
  }
}

/**
 * How long a run may settle nothing. What workers do is settled when they say so, and one that breaks off is followed.
 * Milliseconds.
 */
function longestSilenceOf(
  { request: { quota }, workers }: Config,
  accounts: readonly IngestAccount[],
  { tries, quietMs }: Delegation,
): number {
  const ownMs = longestSilenceMs(accounts) + (quota?.windowMs ?? 0);
  if (workers === undefined) return ownMs;
  return tries * (ownMs + workers.lapseSeconds * 1000) + quietMs;
}

/** What a run left, for people and for machines. */
export interface Recorded {
  result: IngestResult;
  compaction: Compaction | null;
  /** Why the analysts have not got the night; null where they have. */
  unshared: string | null;
  /** Why the exceptions file was not heard; null where it was. */
  unheard: string | null;
}

/** A run and what follows it: old payloads packed, the analysts' copy written. */
export async function recordNight(
  ledger: Ledger,
  {
    config,
    night,
    terminal,
    deadline,
    discoveryDeadline,
    watch,
    work = null,
  }: {
    config: Config;
    night: Pick<IngestJob, "dataDate" | "only">;
    terminal: Terminal;
    /** When nothing more is fetched. */
    deadline?: AbortSignal;
    /** When accounts that have not said what they have are waited for no longer. */
    discoveryDeadline?: AbortSignal;
    watch: Pick<Watch, "onOutcome" | "warn">;
    /** Where workers are to fetch; null is this process. */
    work?: Work | null;
  },
  progress: Progress,
): Promise<Recorded> {
  const { accounts, close } = openAccounts(config);
  const { exceptions, problem } = exceptionsOf(config, night.dataDate);
  const delegation = delegationOf(config, watch);
  try {
    const result = await ingest(ledger, {
      ...night,
      exceptions,
      accounts,
      projects: config.projects,
      concurrency: config.request.concurrency,
      reconcile: config.reconcile,
      longestSilenceMs: longestSilenceOf(config, accounts, delegation),
      ...(work !== null && { fetchNight: fetchByWorkers(work, delegation) }),
      signal: terminal.signal,
      ...(deadline !== undefined && { deadline }),
      ...(discoveryDeadline !== undefined && { discoveryDeadline }),
      onOutcome: (outcome) => watch.onOutcome(outcome),
      onProgress: ({ step, done, total }) =>
        progress.show(step === "discover" ? "Discovering projects" : "Fetching risk lists", done, total),
    });
    const compaction = await compactAfter(ledger, result, config, terminal);
    return { result, compaction, unshared: await shareNight(config, result), unheard: problem };
  } finally {
    await close();
  }
}
