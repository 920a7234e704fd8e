import type { Ledger } from "../open.ts";
import { settleDelivery } from "./settle.ts";

const LOST = "The process that sent it ended before the answer came: it may have arrived, or not.";

/**
 * Deliveries that a dead process left on their way are unknown; but a copy into a folder is simply made again, since
 * twice is the same as once. Only for who holds the lease. The numbers of the unknown.
 */
export async function markLostDeliveries(ledger: Ledger, now: Date): Promise<number[]> {
  const left = await ledger.db
    .selectFrom("delivery")
    .select(["id", "channel"])
    .where("state", "=", "sending")
    .execute();
  for (const { id, channel } of left) {
    const settlement =
      channel === "folder"
        ? ({ state: "pending", answer: "Made again, since its process ended." } as const)
        : ({ state: "unknown", answer: LOST } as const);
    await settleDelivery(ledger, id, ["sending"], settlement, now);
  }
  return left.filter(({ channel }) => channel !== "folder").map(({ id }) => id);
}
