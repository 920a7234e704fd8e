import type { NewDelivery } from "@nightledger/store";
import { openParcel } from "./open-parcel.ts";
import type { Outcome } from "./outcome.ts";
import { readParcel } from "./parcel.ts";
import type { Channels } from "./send-due.ts";

/**
 * Sends once what the ledger cannot keep, such as the notice that the ledger cannot be written. Gives what became of
 * each; never throws.
 */
export async function sendUnrecorded(
  channels: Channels,
  deliveries: readonly NewDelivery[],
  reportsDir: string,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const delivery of deliveries) {
    const channel = channels[delivery.channel];
    const at = new Date().toISOString();
    const times = { created_at: at, updated_at: at, next_try_at: null };
    const due = { ...delivery, ...times, delivery_id: 0, attempts: 0, message_id: null, sends: 0 };
    try {
      if (channel === null) throw new Error("The configuration has no way to send it");
      outcomes.push(
        await channel.deliver(due, openParcel(readParcel(delivery.content), reportsDir), async () => {}),
      );
    } catch (error) {
      outcomes.push({ state: "deferred", answer: (error as Error).message });
    }
  }
  return outcomes;
}
