import { DATA_DATE, type Entries } from "./entry.ts";

const STATE = [
  "`pending`, `sending`, `sent`, `deferred` (tried again), `refused` (for good), `unknown` (it may have arrived; never sent again unless an operator decides so) or `skipped`.",
] as const;
const KIND = ["`report`; `unchanged` or `held` in its place; or `failure`, a notice to operators."] as const;
const CHANNEL = ["`mail`, `folder` or `webhook`."] as const;

export const DELIVERY_ENTRIES: Entries<"delivery_history" | "delivery_event_history" | "delivery_daily"> = {
  delivery_history: {
    meaning: "One row for each report or notice, edition and recipient: what became of it.",
    key: ["delivery_id"],
    columns: {
      delivery_id: ["The number that `nightledger deliver --resolve` takes."],
      data_date: DATA_DATE,
      report: ["The report; of a notice to operators, `nightly`."],
      audience: ["The audience in the configuration; null where it is of all targets."],
      subject: ["What it is about, as the names of its files have it."],
      locale: ["Its language."],
      kind: KIND,
      edition: ["The report's edition; of notices, the first, the second … of the night."],
      channel: CHANNEL,
      recipient: ["A mail address, a folder, or the name of a webhook."],
      state: STATE,
      attempts: ["How often it was tried.", "attempts"],
      answer: ["What the other side said last, or why nothing was sent; null before."],
      message_id: ["The mail's Message-ID; null before it was made, and of other channels."],
      created_at: ["When it was to be sent.", "ISO 8601, UTC"],
      updated_at: ["When its state changed last.", "ISO 8601, UTC"],
      next_try_at: ["When a deferred one is tried again; null else.", "ISO 8601, UTC"],
      sends: [
        "How often the other side has taken it: more than once where an operator had it sent again with `nightledger deliver --resend`. `delivery_event_history` has each time, with who asked for it and why.",
        "times",
      ],
    },
  },
  delivery_event_history: {
    meaning: "One row for each step of a delivery, for those who ask later what happened and who decided.",
    key: ["event_id"],
    of: "delivery_history",
    columns: {
      event_id: ["The step's number; later steps have greater ones."],
      delivery_id: ["The delivery."],
      at: ["When it was.", "ISO 8601, UTC"],
      state: STATE,
      answer: ["What the other side said, or why; null where there is nothing to say."],
    },
  },
  delivery_daily: {
    meaning: "How many deliveries of a night are in which state.",
    key: ["data_date", "kind", "channel", "state"],
    columns: {
      data_date: DATA_DATE,
      kind: KIND,
      channel: CHANNEL,
      state: STATE,
      deliveries: ["How many there are.", "deliveries"],
    },
  },
};
