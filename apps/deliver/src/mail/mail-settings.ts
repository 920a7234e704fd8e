import type { Secret } from "@nightledger/core/secret";

/** Somebody with a mailbox. */
export type Mailbox = string | { name: string; address: string };

export const addressOf = (mailbox: Mailbox): string =>
  typeof mailbox === "string" ? mailbox : mailbox.address;

/** The mail server, and whose name mails bear: `mail` of the configuration. */
export interface MailSettings {
  host: string;
  port: number;
  /** `starttls` is required, never just tried. */
  tls: "starttls" | "implicit" | "off";
  /** A further authority of server certificates, PEM. */
  ca?: string | undefined;
  user?: string | undefined;
  password: Secret | null;
  from: Mailbox;
  replyTo?: Mailbox | undefined;
  dkim: { domain: string; selector: string; key: Secret } | null;
  maxMebibytes: number;
  subjectPrefix?: string | undefined;
  /** The longest silence of the server. */
  timeoutMs: number;
}
