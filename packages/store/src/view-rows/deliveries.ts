/** What became of a delivery. */
export type DeliveryState =
  /** To be sent. */
  | "pending"
  /** On its way since just now. */
  | "sending"
  /** The other side has taken it. */
  | "sent"
  /** The other side asks to try later. */
  | "deferred"
  /** The other side will not have it. */
  | "refused"
  /** Nobody knows whether the other side took it; it is never sent again unless an operator says so. */
  | "unknown"
  /** Not sent, for the reason that the answer tells. */
  | "skipped";

/** `report`, or what goes in its place: nothing changed, held back; or, to operators, a failure. */
export type DeliveryKind = "report" | "unchanged" | "held" | "failure";

export type DeliveryChannel = "mail" | "folder" | "webhook";

/** What tells a delivery from all others. */
export interface DeliveryKey {
  data_date: string;
  report: string;
  /** Null is all targets, or operators. */
  audience: string | null;
  /** What the report is about, as its file names have it. */
  subject: string;
  locale: string;
  kind: DeliveryKind;
  /** Of the report; of notices, the first, the second … of their kind. */
  edition: number;
  channel: DeliveryChannel;
  /** A mail address, a folder, or a webhook's name. */
  recipient: string;
}

/** A report or a notice, and one who gets it. */
export interface DeliveryHistory extends DeliveryKey {
  delivery_id: number;
  state: DeliveryState;
  /** How often the other side was asked. */
  attempts: number;
  /** What it said last, or why nothing was sent. */
  answer: string | null;
  message_id: string | null;
  /** ISO 8601, UTC. */
  created_at: string;
  updated_at: string;
  /** Of a deferred one. */
  next_try_at: string | null;
  /** How often the other side has taken it: more than once where an operator had it sent again. */
  sends: number;
}

/** A step in the life of a delivery. */
export interface DeliveryEvent {
  event_id: number;
  delivery_id: number;
  /** ISO 8601, UTC. */
  at: string;
  state: DeliveryState;
  answer: string | null;
}

/** How many deliveries of a night are in which state. */
export interface DeliveryDaily {
  data_date: string;
  kind: DeliveryKind;
  channel: DeliveryChannel;
  state: DeliveryState;
  deliveries: number;
}
