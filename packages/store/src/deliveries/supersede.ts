import type { Ledger } from "../open.ts";
import type { DeliveryKey } from "../view-rows/deliveries.ts";
import { settleDelivery } from "./settle.ts";

/**
 * What is still to be sent of earlier editions of a report is not sent any more: who waits for them gets this one.
 * How many that were.
 */
export async function supersedeDeliveries(
  ledger: Ledger,
  edition: Pick<DeliveryKey, "data_date" | "report" | "subject" | "locale" | "edition">,
  now: Date,
): Promise<number> {
  const older = await ledger.db
    .selectFrom("delivery_history")
    .select("delivery_id as id")
    .where("data_date", "=", edition.data_date)
    .where("report", "=", edition.report)
    .where("subject", "=", edition.subject)
    .where("locale", "=", edition.locale)
    .where("kind", "in", ["report", "unchanged"])
    .where("edition", "<", edition.edition)
    .where("state", "in", ["pending", "deferred"])
    // what an operator has sent again is sent, whatever came after it
    .where("sends", "=", 0)
    .execute();
  for (const { id } of older) {
    const settlement = { state: "skipped", answer: `Edition ${edition.edition} takes its place.` } as const;
    await settleDelivery(ledger, id, ["pending", "deferred"], settlement, now);
  }
  return older.length;
}
