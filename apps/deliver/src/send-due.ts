import { setTimeout as sleep } from "node:timers/promises";
import {
  type DeliveryChannel,
  type DueDelivery,
  dueDeliveries,
  type Ledger,
  nextTryAt,
  type Settlement,
  settleDelivery,
} from "@nightledger/store";
import type { Channel } from "./channel.ts";
import { NotOursError } from "./errors.ts";
import { openParcel } from "./open-parcel.ts";
import type { Outcome } from "./outcome.ts";
import { readParcel } from "./parcel.ts";

/** Which way each delivery goes; null where the configuration has none. */
export type Channels = Readonly<Record<DeliveryChannel, Channel | null>>;

export interface SendOrder {
  channels: Channels;
  /** Where the editions lie. */
  reportsDir: string;
  /** How long deferred ones are waited for. */
  until: Date;
  /** The first wait; it doubles from try to try, to half an hour at most. */
  retryMinMs: number;
  signal: AbortSignal;
  /** Takes secrets out of what the other side says, before it is put on record. */
  redact?: (text: string) => string;
  /** Told each time that a delivery has got somewhere. */
  onSettled?: (delivery: DueDelivery, settlement: Settlement) => void;
}

const MAX_WAIT_MS = 30 * 60_000;

const NO_CHANNEL: Outcome = {
  state: "deferred",
  answer: "The configuration has no mail server (mail) to send it through",
  everyone: "forThisRun",
};

/** What keeps a channel from being tried. */
type Blocked = Partial<Record<DeliveryChannel, Outcome>>;

class Sender {
  readonly #ledger: Ledger;
  readonly #order: SendOrder;
  /** For the rest of this run. */
  readonly #shut: Blocked = {};

  constructor(ledger: Ledger, order: SendOrder) {
    this.#ledger = ledger;
    this.#order = order;
  }

  /** Tries everything that is due, once. */
  async round(): Promise<void> {
    const due = await dueDeliveries(this.#ledger, new Date());
    const blocked: Blocked = {};
    for (const delivery of due) {
      if (this.#order.signal.aborted) break;
      const { channel } = delivery;
      const shut = this.#shut[channel];
      if (shut !== undefined && delivery.state === "deferred") continue;
      const known = shut ?? blocked[channel];
      const attempt = known === undefined ? await this.#try(delivery) : { outcome: known, begun: false };
      if (attempt === null) continue;
      const { outcome, begun } = attempt;
      if (outcome.state === "deferred" && outcome.everyone === "forNow") blocked[channel] = outcome;
      if (outcome.state === "deferred" && outcome.everyone === "forThisRun") this.#shut[channel] = outcome;
      await this.#settle(delivery, outcome, { attempted: known === undefined, begun });
    }
  }

  /** Null where another process was quicker. `begun`: it was on its way at some moment. */
  async #try(delivery: DueDelivery): Promise<{ outcome: Outcome; begun: boolean } | null> {
    const channel = this.#order.channels[delivery.channel];
    if (channel === null) return { outcome: NO_CHANNEL, begun: false };
    let begun = false;
    const beforeLast = async (messageId?: string): Promise<void> => {
      this.#order.signal.throwIfAborted();
      const settlement = {
        state: "sending",
        answer: null,
        ...(messageId !== undefined && { messageId }),
      } as const;
      // a mail without its files follows the one that was too large with them
      const from = begun ? (["sending"] as const) : (["pending", "deferred"] as const);
      const ours = await settleDelivery(this.#ledger, delivery.delivery_id, from, settlement, new Date());
      if (!ours) throw new NotOursError();
      begun = true;
    };
    try {
      const parcel = openParcel(readParcel(delivery.content), this.#order.reportsDir);
      return { outcome: await channel.deliver(delivery, parcel, beforeLast), begun };
    } catch (error) {
      const answer = (error as Error).message;
      if (error instanceof NotOursError || (this.#order.signal.aborted && !begun)) return null;
      return { outcome: { state: begun ? "unknown" : "deferred", answer }, begun };
    }
  }

  async #settle(
    delivery: DueDelivery,
    { state, answer }: Outcome,
    { attempted, begun }: { attempted: boolean; begun: boolean },
  ): Promise<void> {
    const wait = Math.min(MAX_WAIT_MS, this.#order.retryMinMs * 2 ** delivery.attempts);
    const settlement: Settlement = {
      state: state === "tooLarge" ? "refused" : state,
      answer: this.#order.redact?.(answer) ?? answer,
      attempted,
      ...(state === "deferred" && { nextTryAt: new Date(Date.now() + wait) }),
    };
    // once begun, what the other side has said is true whatever was thought meanwhile
    const from = begun ? (["sending", "unknown"] as const) : (["pending", "deferred"] as const);
    const settled = await settleDelivery(this.#ledger, delivery.delivery_id, from, settlement, new Date());
    if (settled) this.#order.onSettled?.(delivery, settlement);
  }

  /** When there is something to try again; null where there is not, or not by the end. */
  async nextRound(): Promise<Date | null> {
    const open = (Object.keys(this.#order.channels) as DeliveryChannel[]).filter(
      (channel) => this.#shut[channel] === undefined,
    );
    const next = open.length === 0 ? null : await nextTryAt(this.#ledger, open);
    return next === null || next > this.#order.until ? null : next;
  }
}

/**
 * Sends what is on record as pending, or deferred until now, and waits for what is deferred meanwhile as long as it may.
 * Only for who holds the lease.
 *
 * @throws DiskFullError where what became of a delivery cannot be put on record
 */
export async function sendDue(ledger: Ledger, order: SendOrder): Promise<void> {
  const sender = new Sender(ledger, order);
  for (;;) {
    await sender.round();
    if (order.signal.aborted) return;
    const next = await sender.nextRound();
    if (next === null) return;
    const wait = next.getTime() - Date.now();
    if (wait > 0) await sleep(wait, undefined, { signal: order.signal }).catch(() => {});
  }
}
