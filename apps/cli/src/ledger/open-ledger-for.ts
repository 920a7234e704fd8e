import { acceptLedger, type Contradiction, type Ledger, openLedger, withLease } from "@nightledger/store";
import { dayIn } from "../clock.ts";
import type { Config } from "../config.ts";
import { ContradictedLedgerError, UsageError } from "../errors.ts";
import { openExistingLedger } from "../open-existing-ledger.ts";
import { type OptionSpec, type Options, type Terminal, text } from "../verb.ts";
import { holdAgainstSurroundings } from "./contradiction-of.ts";
import { contradictionCure, contradictionText } from "./contradiction-text.ts";

/** The option that goes on with a ledger that contradicts what was made from it. */
export const ACCEPT_OLDER: Record<"accept-older-ledger", OptionSpec> = {
  "accept-older-ledger": {
    type: "string",
    value: "REASON",
    help: "Go on with a ledger that is empty, or older than its copy or its reports; the reason is put on record.",
  },
};

/** Why a contradicted ledger is gone on with; null is not at all. @throws UsageError where no reason is given */
export function acceptedReason(options: Options): string | null {
  const reason = text(options, "accept-older-ledger");
  if (reason === undefined) return null;
  if (reason.trim() === "")
    throw new UsageError("--accept-older-ledger takes a reason: it is put on record.");
  return reason;
}

/** Puts on record, under the lease, why a contradicted ledger is gone on with. @throws LeaseHeldError */
export async function putOnRecord(
  ledger: Ledger,
  { config, terminal }: { config: Config; terminal: Terminal },
  { reason, contradiction }: { reason: string; contradiction: Contradiction },
): Promise<void> {
  const now = terminal.now();
  const runId = await withLease(ledger, "accept", terminal.signal, () =>
    acceptLedger(ledger, {
      reason,
      against: contradictionText(config.database, contradiction),
      seals: contradiction.seals,
      dataDate: dayIn(config.timeZone, now),
      now,
    }),
  );
  terminal.err(`The ledger is gone on with as it is; run ${runId} keeps the reason on record.\n`);
}

const refusal = (config: Config, contradiction: Contradiction): ContradictedLedgerError =>
  new ContradictedLedgerError(
    contradictionText(config.database, contradiction),
    contradictionCure(config, contradiction),
  );

/** Refuses a ledger that contradicts what was made from it, before anything is made of it. @throws ContradictedLedgerError */
export async function requireUncontradicted(config: Config, now: Date): Promise<void> {
  const { contradiction } = await holdAgainstSurroundings(config, now);
  if (contradiction !== null) throw refusal(config, contradiction);
}

/**
 * Opens the ledger for writing, unless it contradicts what was made from it: then nothing is written, and nothing is made
 * or overwritten. With a reason to accept it goes on, and that is on record. A ledger that has to be `there` is not made.
 *
 * @throws ContradictedLedgerError, NoLedgerError, NewerLedgerError, UnreadableLedgerError, LeaseHeldError
 */
export async function openLedgerFor(
  config: Config,
  terminal: Terminal,
  { accept = null, there = false }: { accept?: string | null; there?: boolean } = {},
): Promise<Ledger> {
  const { contradiction } = await holdAgainstSurroundings(config, terminal.now());
  if (contradiction !== null && accept === null) throw refusal(config, contradiction);
  const ledger = await (there ? openExistingLedger : openLedger)(config.database);
  if (contradiction === null || accept === null) return ledger;
  try {
    await putOnRecord(ledger, { config, terminal }, { reason: accept, contradiction });
    return ledger;
  } catch (error) {
    await ledger.close();
    throw error;
  }
}
