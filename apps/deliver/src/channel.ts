import type { DueDelivery } from "@nightledger/store";
import type { OpenParcel } from "./open-parcel.ts";
import type { Outcome } from "./outcome.ts";

/** A way of getting something to somebody. */
export interface Channel {
  /**
   * Tries once. `beforeLast` is awaited when all is ready and the other side can still not take it; if it fails, its
   * error comes out and nothing was delivered.
   */
  deliver(
    delivery: DueDelivery,
    parcel: OpenParcel,
    beforeLast: (messageId?: string) => Promise<void>,
  ): Promise<Outcome>;
  close(): void;
}
