import type { Secret } from "@nightledger/core/secret";

/** Somebody with a mailbox. */
export type Mailbox = string | { name: string; address: string };

export const addressOf = (mailbox: Mailbox): string =>
  typeof mailbox === "string" ? mailbox : mailbox.address;

/** Where access tokens come from: `mail.oauth2` of the configuration. */
export interface OAuth2Settings {
  tokenUrl: string;
  clientId: string;
  /** Null for a client that has none, which needs a refresh token. */
  clientSecret: Secret | null;
  /** Null requests tokens with the client's own credentials. */
  refreshToken: Secret | null;
  scope?: string | undefined;
}

/** The mail server, and whose name mails bear: `mail` of the configuration. */
export interface MailSettings {
  host: string;
  port: number;
  /** `starttls` is required, never just tried. */
  tls: "starttls" | "implicit" | "off";
  /** A further authority of server certificates, PEM; holds for the token endpoint, too. */
  ca?: string | undefined;
  /** The name that we give in EHLO; left out, one is made of the host's. */
  clientName?: string | undefined;
  user?: string | undefined;
  password: Secret | null;
  /** In place of a password. */
  oauth2: OAuth2Settings | null;
  from: Mailbox;
  replyTo?: Mailbox | undefined;
  dkim: { domain: string; selector: string; key: Secret } | null;
  maxMebibytes: number;
  subjectPrefix?: string | undefined;
  /** The longest silence of the server, and the longest that a token request takes. */
  timeoutMs: number;
}
