import type { Mailbox } from "../mail/mail-settings.ts";
import type { WebhookShape } from "../webhook/webhook-body.ts";

/** What goes along with a mail. */
export type AttachedFormat = "pdf" | "xlsx" | "html" | "json";

/** Where something goes. */
export interface Destinations {
  to: readonly Mailbox[];
  /** An absolute path; null is none. */
  folder: string | null;
  webhooks: readonly { name: string; shape: WebhookShape }[];
}

/** A report of each night, and who gets it: an entry of `publish` in the configuration. */
export interface Publication extends Destinations {
  report: string;
  audience?: string | undefined;
  attach: readonly AttachedFormat[];
  coverage: { atLeast: number; below: "send" | "send-marked" | "hold" };
  onlyIfMaterialChange: boolean;
}

/** What counts as a material change. */
export interface Material {
  /** Points of a score. */
  points: number;
  /** Per cent of risks, or of targets that answered. */
  percent: number;
}
