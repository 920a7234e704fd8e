/** Where a mail server may stand still. */
export type StallPoint = "greeting" | "mail" | "recipient" | "dot";

/** What a mail server does wrong, or will not have. */
export interface MailFaults {
  /** Names in EHLO that it refuses, and where it says so: at once, or at the recipient as many servers do. */
  clientName?: { refuses: RegExp; at: "ehlo" | "recipient" };
  /** Refuses every password. */
  auth?: boolean;
  /** What senders are answered with, such as `550 5.7.1 Not you`. */
  sender?: string;
  /** Answers to recipients, by address: such as `550 5.1.1 No such user`. */
  recipients?: Readonly<Record<string, string>>;
  /** Asks each new recipient to come again so many times. */
  greylist?: number;
  /** Goes away when the message begins, without a word, so many times. */
  dropBeforeDot?: number;
  /** Takes the message, and goes away without saying so, so many times. */
  dropAfterDot?: number;
  /** What the whole message is answered with, such as `554 5.7.1 Refused by policy`. */
  message?: string;
  /** Stands still at a point for so long. */
  stall?: { at: StallPoint; ms: number };
  /** The largest message; `hidden` says so only when it is there. */
  size?: { bytes: number; hidden?: boolean };
}

export const NO_MAIL_FAULTS: MailFaults = {};
