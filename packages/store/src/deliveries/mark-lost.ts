import type { Ledger } from "../open.ts";
import { settleDelivery } from "./settle.ts";

const LOST = "The process that sent it ended before the answer came: it may have arrived, or not.";

/** Deliveries that a dead process left on their way are unknown. Only for who holds the lease. How many there are. */
export async function markLostDeliveries(ledger: Ledger, now: Date): Promise<number> {
  const left = await ledger.db.selectFrom("delivery").select("id").where("state", "=", "sending").execute();
  for (const { id } of left) {
    await settleDelivery(ledger, id, ["sending"], { state: "unknown", answer: LOST }, now);
  }
  return left.length;
}
