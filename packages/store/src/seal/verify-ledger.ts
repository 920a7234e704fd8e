import { setImmediate } from "node:timers/promises";
import { verifyCalendar } from "../audit/verify-calendar.ts";
import { verifyDeliveries } from "../audit/verify-deliveries.ts";
import { verifyInventory } from "../audit/verify-inventory.ts";
import { verifySeals } from "../audit/verify-seals.ts";
import { verifyState } from "../audit/verify-state.ts";
import type { Ledger, Reader } from "../open.ts";
import type { LedgerFinding } from "./ledger-finding.ts";
import { tablesOf } from "./tables-of.ts";
import { verifyPayloads } from "./verify-payloads.ts";
import { verifyRiskLists } from "./verify-risk-lists.ts";
import { verifyRuns } from "./verify-runs.ts";
import { verifyStrays } from "./verify-strays.ts";

/**
 * Holds the ledger against its seals: the chain of runs, what each run put on record, and every content against its
 * hash. It sees the ledger as it is when it begins, whatever is written meanwhile. Give it a reader: a ledger that is
 * open for writing lets nobody else write until it is done.
 *
 * @throws AbortError when the signal says so
 */
export async function* verifyLedger(
  ledger: Reader | Ledger,
  signal?: AbortSignal,
): AsyncGenerator<LedgerFinding, void, undefined> {
  // SQLite answers without a pause, and would let no signal through
  const pause = () => setImmediate(undefined, signal === undefined ? {} : { signal });
  const tx = await tablesOf(ledger).startTransaction().setIsolationLevel("repeatable read").execute();
  try {
    yield* verifyRuns(tx, pause);
    yield* verifyStrays(tx, pause);
    yield* verifySeals(tx, pause);
    yield* verifyState(tx, pause);
    yield* verifyDeliveries(tx);
    yield* verifyCalendar(tx);
    yield* verifyInventory(tx);
    yield* verifyRiskLists(tx, pause);
    yield* verifyPayloads(tx, pause);
  } finally {
    await tx.rollback().execute();
  }
}
