import type { Ledger } from "../open.ts";
import { finishRun, startRun } from "../run.ts";

/** That somebody goes on with a ledger, and why. */
export interface AcceptedLedger {
  reason: string;
  /** What it contradicts, in words. */
  against: string;
  /** Seals that the ledger does not have, and that are no objection any more. */
  seals: readonly string[];
  /** The day on which it is accepted, `YYYY-MM-DD`. */
  dataDate: string;
  now: Date;
}

/**
 * Puts on record, as a run that the chain covers, that a ledger is gone on with although it contradicts what was made
 * from it. Only for who holds the lease. Gives the run's number.
 */
export async function acceptLedger({ db }: Ledger, accepted: AcceptedLedger): Promise<number> {
  const { reason, against, seals, dataDate, now } = accepted;
  const runId = await startRun(db, dataDate, now, "accept");
  const setAside = seals.length === 0 ? "" : ` Seals set aside: ${seals.join(", ")}.`;
  await finishRun(db, runId, {
    now,
    status: "complete",
    expected: 0,
    alreadyFresh: 0,
    fetched: 0,
    missing: 0,
    problem: `Accepted: ${reason.trim().replace(/[.\s]+$/, "")}. ${against}${setAside}`,
  });
  return runId;
}
