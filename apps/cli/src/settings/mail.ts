import { z } from "zod";
import { oneLine, plain, recipient, secret } from "./fields.ts";

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
      .describe("A PEM file with the authority of the server's certificate, relative to this file."),
    user: plain("Who we are to the server.").optional(),
    password: secret("The user's password").optional(),
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
    for (const [one, other] of [
      ["user", "password"],
      ["password", "user"],
    ] as const) {
      if (given[one] !== undefined && given[other] === undefined) {
        context.addIssue({ code: "custom", path: [other], message: `is missing; ${one} needs it` });
      }
    }
  })
  .describe("The mail server. Without it no mail is sent.");
