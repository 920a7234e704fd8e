import type { Ledger } from "../open.ts";
import type { DeliveryHistory } from "../view-rows/deliveries.ts";
import { settleDelivery } from "./settle.ts";

const RESOLUTIONS = {
  sent: { state: "sent", answer: "An operator has found that it arrived." },
  again: { state: "pending", answer: "An operator has found that it did not arrive: to be sent again." },
  skip: { state: "skipped", answer: "An operator has decided that it is not sent." },
} as const;

export type Resolution = keyof typeof RESOLUTIONS;

/** What can be resolved, and how: nothing is ever sent again that is known to have arrived. */
const FROM = {
  sent: ["unknown"],
  again: ["unknown", "refused", "skipped"],
  skip: ["unknown", "pending", "deferred", "refused"],
} as const;

/**
 * Notes what an operator has decided about a delivery. Gives it as it was, and whether the decision could be applied:
 * null where there is no such delivery.
 */
export async function resolveDelivery(
  ledger: Ledger,
  id: number,
  resolution: Resolution,
  now: Date,
): Promise<{ before: DeliveryHistory; applied: boolean } | null> {
  const before = await ledger.db
    .selectFrom("delivery_history")
    .selectAll()
    .where("delivery_id", "=", id)
    .executeTakeFirst();
  if (before === undefined) return null;
  const applied = await settleDelivery(ledger, id, FROM[resolution], RESOLUTIONS[resolution], now);
  return { before, applied };
}
