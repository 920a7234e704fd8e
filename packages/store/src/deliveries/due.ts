import type { Ledger } from "../open.ts";
import type { DeliveryChannel, DeliveryHistory } from "../view-rows/deliveries.ts";

/** A delivery that waits for its turn. */
export interface DueDelivery extends DeliveryHistory {
  content: string;
}

/** What is to be sent, oldest night first: pending, or deferred until now at the latest. */
export async function dueDeliveries({ db }: Ledger, now: Date): Promise<DueDelivery[]> {
  const rows = await db
    .selectFrom("delivery")
    .innerJoin("delivery_history as h", "h.delivery_id", "delivery.id")
    .selectAll("delivery")
    .select("h.sends")
    .where((eb) =>
      eb.or([
        eb("delivery.state", "=", "pending"),
        eb.and([eb("delivery.state", "=", "deferred"), eb("delivery.next_try_at", "<=", now.toISOString())]),
      ]),
    )
    .orderBy("delivery.data_date")
    .orderBy("delivery.id")
    .execute();
  return rows.map(({ id, ...row }) => ({ delivery_id: id, ...row }));
}

/** When the next deferred delivery of some channels may be tried again; null where none waits. */
export async function nextTryAt({ db }: Ledger, channels: readonly DeliveryChannel[]): Promise<Date | null> {
  const row = await db
    .selectFrom("delivery")
    .select((eb) => eb.fn.min<string | null>("next_try_at").as("next"))
    .where("state", "=", "deferred")
    .where("channel", "in", [...channels])
    .executeTakeFirst();
  return row?.next == null ? null : new Date(row.next);
}
