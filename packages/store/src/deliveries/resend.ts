import type { Kysely } from "kysely";
import { diskFullOr } from "../disk-full-or.ts";
import type { Ledger } from "../open.ts";
import type { Schema } from "../tables.ts";

/** An operator's decision that something is sent again that the other side has taken. */
export interface Resend {
  ids: readonly number[];
  /** Who has decided it and why, as the step of each delivery has it. */
  answer: string;
}

/** False where a delivery is not `sent`: somebody was quicker, or it never was. */
async function again(tx: Kysely<Schema>, id: number, answer: string, at: string): Promise<boolean> {
  // the mail to come has a Message-ID of its own, which is not known yet
  const next = { state: "pending", answer, message_id: null, next_try_at: null } as const;
  const changed = await tx
    .updateTable("delivery")
    .set({ ...next, updated_at: at })
    .where("id", "=", id)
    .where("state", "=", "sent")
    .returning("attempts")
    .executeTakeFirst();
  if (changed === undefined) return false;
  await tx
    .insertInto("delivery_event")
    .values({ delivery_id: id, at, ...next, ...changed })
    .execute();
  return true;
}

/**
 * Puts on record that deliveries are to be sent once more: a new step of each, and those before it stay. All of them or,
 * where one is not `sent` (any more), none. The number of that one; null where all are pending now.
 *
 * @throws DiskFullError
 */
export async function resendDeliveries(
  { db }: Ledger,
  { ids, answer }: Resend,
  now: Date,
): Promise<number | null> {
  class NotSent extends Error {}
  let odd: number | null = null;
  try {
    await db.transaction().execute(async (tx) => {
      for (const id of ids) {
        if (await again(tx, id, answer, now.toISOString())) continue;
        odd = id;
        throw new NotSent();
      }
    });
  } catch (error) {
    if (!(error instanceof NotSent)) throw diskFullOr(error);
  }
  return odd;
}
