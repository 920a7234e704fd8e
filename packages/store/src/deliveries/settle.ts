import { sql } from "kysely";
import { diskFullOr } from "../disk-full-or.ts";
import type { Ledger } from "../open.ts";
import type { DeliveryState } from "../view-rows/deliveries.ts";

/** What became of a try. */
export interface Settlement {
  state: DeliveryState;
  /** What the other side said, or why. */
  answer: string | null;
  messageId?: string;
  /** Of a deferred one. */
  nextTryAt?: Date;
  /** Whether the other side was asked. */
  attempted?: boolean;
}

/**
 * Notes a step of a delivery, if it is still in one of the states it may come from. False where it is not: another
 * process, or an operator, was quicker.
 *
 * @throws DiskFullError
 */
export async function settleDelivery(
  { db }: Ledger,
  id: number,
  from: readonly DeliveryState[],
  { state, answer, messageId, nextTryAt, attempted }: Settlement,
  now: Date,
): Promise<boolean> {
  const at = now.toISOString();
  try {
    return await db.transaction().execute(async (tx) => {
      const changed = await tx
        .updateTable("delivery")
        .set({
          state,
          answer,
          updated_at: at,
          next_try_at: nextTryAt?.toISOString() ?? null,
          ...(messageId !== undefined && { message_id: messageId }),
          ...(attempted === true && { attempts: sql<number>`attempts + 1` }),
        })
        .where("id", "=", id)
        .where("state", "in", [...from])
        .returning(["attempts", "message_id", "next_try_at"])
        .executeTakeFirst();
      if (changed === undefined) return false;
      await tx
        .insertInto("delivery_event")
        .values({ delivery_id: id, at, state, answer, ...changed })
        .execute();
      return true;
    });
  } catch (error) {
    throw diskFullOr(error);
  }
}
