import type { Kysely } from "kysely";
import type { Ledger } from "../open.ts";
import type { Schema } from "../tables.ts";
import type { DeliveryKey, DeliveryState } from "../view-rows/deliveries.ts";

/** Something to be delivered. */
export interface NewDelivery extends DeliveryKey {
  /** What is needed to send it, also by another process: JSON that the ledger keeps and does not read. */
  content: string;
  /** `pending`, or `skipped` with the reason. */
  state: Extract<DeliveryState, "pending" | "skipped">;
  answer: string | null;
}

async function add(tx: Kysely<Schema>, row: NewDelivery, at: string): Promise<boolean> {
  const added = await tx
    .insertInto("delivery")
    .values({ ...row, attempts: 0, message_id: null, created_at: at, updated_at: at, next_try_at: null })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  if (added === undefined) return false;
  const { state, answer } = row;
  await tx
    .insertInto("delivery_event")
    .values({ delivery_id: added.id, at, state, answer, attempts: 0, message_id: null, next_try_at: null })
    .execute();
  return true;
}

/** Puts deliveries on record, all or none of them. What is on record already stays as it is. How many were new. */
export async function enqueueDeliveries(
  { db }: Ledger,
  deliveries: readonly NewDelivery[],
  now: Date,
): Promise<number> {
  if (deliveries.length === 0) return 0;
  return await db.transaction().execute(async (tx) => {
    let added = 0;
    for (const delivery of deliveries) if (await add(tx, delivery, now.toISOString())) added += 1;
    return added;
  });
}
