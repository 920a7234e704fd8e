import type { Kysely } from "kysely";
import { keepPayloads } from "./keep-payloads.ts";
import type { Ledger } from "./open.ts";
import { dropRollups } from "./rollups.ts";
import { requireUnderWay } from "./seal/require-under-way.ts";
import type { Schema } from "./tables.ts";

/** The kind of a gap on a night on which no run took place. */
export const NOT_RUN = "not_run";
/** The kind of a gap on a night that was taken out of every figure. */
export const RETRACTED = "retracted";

/** What a gap of the one kind says. */
export const NO_RUN = "No run took place on this night.";
/** What a gap of the other kind says. */
export const takenOut = (reason: string): string => `Taken out: ${reason}`;

/** Why a target has no snapshot. */
export interface Gap {
  runId: number;
  targetId: number;
  dataDate: string;
  failureKind: string;
  detail: string;
  attempts: number;
  /** The answer that could not be understood, where there was one: kept as evidence. */
  payload?: Uint8Array;
}

/** Puts a gap down, in place of what was known of that target and night. */
export async function recordGapRow(
  db: Kysely<Schema>,
  gap: Gap,
  payloadId: number | null = null,
): Promise<void> {
  const said = {
    failure_kind: gap.failureKind,
    detail: gap.detail,
    attempts: gap.attempts,
    run_id: gap.runId,
    payload_id: payloadId,
  };
  await db
    .insertInto("gap")
    .values({ target_id: gap.targetId, data_date: gap.dataDate, ...said })
    .onConflict((conflict) => conflict.columns(["target_id", "data_date"]).doUpdateSet(said))
    .execute();
}

/** Whether a target's night is on record. */
export async function isOnRecord(
  db: Kysely<Schema>,
  { targetId, dataDate }: Pick<Gap, "targetId" | "dataDate">,
): Promise<boolean> {
  const found = await db
    .selectFrom("snapshot")
    .select("target_id")
    .where("target_id", "=", targetId)
    .where("data_date", "=", dataDate)
    .executeTakeFirst();
  return found !== undefined;
}

/** Records why a target's night is missing, unless it is on record: whoever failed where another did not, tells nothing. */
export async function recordGap(ledger: Ledger, gap: Gap): Promise<void> {
  await ledger.db.transaction().execute(async (tx) => {
    await requireUnderWay(tx, [gap.runId]);
    if (await isOnRecord(tx, gap)) return;
    await dropRollups(tx, [gap.dataDate]);
    const payloads = gap.payload === undefined ? [] : [gap.payload];
    const [payloadId = null] = await keepPayloads(ledger.batchOf(tx), payloads);
    await recordGapRow(tx, gap, payloadId);
  });
}
