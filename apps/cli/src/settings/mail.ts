import { z } from "zod";
import { hostName, oneLine, plain, recipient, secret } from "./fields.ts";

/** Where access tokens come from, in place of a password. */
const oauth2 = z
  .strictObject({
    tokenUrl: z
      .url({ protocol: /^https?$/ })
      .describe(
        "The token endpoint, such as https://login.microsoftonline.com/TENANT/oauth2/v2.0/token or https://oauth2.googleapis.com/token; https, unless it is on this host or in allowPlainHttp.",
      ),
    clientId: plain("The client's (application's) id there."),
    clientSecret: secret("The client's secret").optional(),
    refreshToken: secret(
      "A refresh token of the mailbox; left out, tokens are requested with the client's own credentials",
    ).optional(),
    scope: oneLine(
      "What is asked for, such as https://outlook.office365.com/.default (Microsoft 365, client credentials) or https://mail.google.com/ (Google).",
    ).optional(),
  })
  .refine(({ clientSecret, refreshToken }) => clientSecret !== undefined || refreshToken !== undefined, {
    path: ["clientSecret"],
    error: "is missing; without refreshToken the client signs in by it",
  })
  .describe(
    "OAuth 2 (XOAUTH2) in place of a password, as Microsoft 365 and Google require: with a refresh token, or with client credentials.",
  );

/** The mail server, and whose name mails bear. */
export const mail = z
  .strictObject({
    host: plain("The mail server that takes our mails."),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .default(587)
      .describe("Its port: 587 for STARTTLS, 465 for implicit TLS."),
    tls: z
      .enum(["starttls", "implicit", "off"])
      .default("starttls")
      .describe(
        "starttls is required, never just tried; implicit encrypts from the first byte; off is for loopback, or a host of allowPlainHttp.",
      ),
    ca: z
      .string()
      .min(1)
      .optional()
      .describe(
        "A PEM file with the authority of the server's certificate, and of the token endpoint's; relative to this file.",
      ),
    clientName: hostName(
      "The name that we give in EHLO, with a dot; this host's full name, mostly. Default: the host's name, under the domain of from where it has no dot.",
    ).optional(),
    user: plain("Who we are to the server; with oauth2, the mailbox that sends.").optional(),
    password: secret("The user's password").optional(),
    oauth2: oauth2.optional(),
    from: recipient.describe("Who the mails are from."),
    replyTo: recipient.optional().describe("Who gets the answers."),
    dkim: z
      .strictObject({
        domain: plain("The domain that signs; that of from, mostly."),
        selector: plain("The name of the key's DNS record, before ._domainkey."),
        key: secret("The private key in PEM"),
      })
      .optional()
      .describe("Signs each mail, where the mail server does not."),
    maxMebibytes: z
      .number()
      .min(0.1)
      .max(100)
      .default(10)
      .describe(
        "The largest mail that is sent; a larger one goes without its attachments, and says where they are.",
      ),
    link: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("Where the folder of reports can be browsed, for mails whose attachments are too large."),
    subjectPrefix: oneLine("What each subject begins with, such as [HSS].").optional(),
    timeoutMs: z
      .int()
      .min(100)
      .max(600_000)
      .default(30_000)
      .describe("The longest silence of the server before it counts as gone."),
    retrySeconds: z
      .number()
      .min(0.01)
      .max(3600)
      .default(60)
      .describe("How long after it was deferred a mail is tried again; it doubles, to half an hour at most."),
    retryMinutes: z
      .int()
      .min(0)
      .max(1440)
      .default(60)
      .describe("How long a mail that the server defers is tried again within one night."),
  })
  .superRefine((given, context) => {
    const { user, password, oauth2 } = given;
    const missing = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (password !== undefined && oauth2 !== undefined)
      missing("oauth2", "stands beside password; give one of them");
    else if (user !== undefined && password === undefined && oauth2 === undefined)
      missing("password", "is missing; user needs it, or oauth2");
    if (user === undefined && password !== undefined) missing("user", "is missing; password needs it");
    if (user === undefined && oauth2 !== undefined)
      missing("user", "is missing; oauth2 needs the mailbox that sends");
  })
  .describe("The mail server. Without it no mail is sent.");
