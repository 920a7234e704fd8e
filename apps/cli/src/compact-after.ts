import type { IngestResult } from "@nightledger/ingest";
import { type Compaction, compactPayloads, type Ledger } from "@nightledger/store";
import type { Config } from "./config.ts";
import { payloadCutoff } from "./payload-cutoff.ts";
import type { Terminal } from "./verb.ts";

/**
 * After a night that has anything on record, what has become old is packed, where the configuration says so; null is
 * nothing. The night is on record whatever comes of it: a failure is told here and in the run history.
 */
export async function compactAfter(
  ledger: Ledger,
  { dataDate, status }: IngestResult,
  { retention }: Config,
  terminal: Terminal,
): Promise<Compaction | null> {
  if (retention === undefined || (status !== "complete" && status !== "partial")) return null;
  const before = payloadCutoff(dataDate, retention.payloadMonths);
  try {
    const done = await compactPayloads(ledger, { dataDate, before, signal: terminal.signal });
    return done.runId === null ? null : done;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    terminal.err(`nightledger: the night is on record, but old payloads could not be packed: ${why}\n`);
    return null;
  }
}
