import type { Ledger } from "../open.ts";
import type { DeliveryChannel, DeliveryKind } from "../view-rows/deliveries.ts";

/** What a recipient was sent of a kind and a night, the first first. */
export async function latestContents(
  { db }: Ledger,
  which: {
    dataDate: string;
    report: string;
    kind: DeliveryKind;
    channel: DeliveryChannel;
    recipient: string;
  },
): Promise<{ edition: number; content: string }[]> {
  return await db
    .selectFrom("delivery")
    .select(["edition", "content"])
    .where("data_date", "=", which.dataDate)
    .where("report", "=", which.report)
    .where("kind", "=", which.kind)
    .where("channel", "=", which.channel)
    .where("recipient", "=", which.recipient)
    .orderBy("edition")
    .execute();
}

/** What is needed to send some deliveries, by their numbers. */
export async function deliveryContents(
  { db }: Ledger,
  ids: readonly number[],
): Promise<{ delivery_id: number; content: string }[]> {
  return await db
    .selectFrom("delivery")
    .select(["id as delivery_id", "content"])
    .where("id", "in", [...ids])
    .orderBy("id")
    .execute();
}
