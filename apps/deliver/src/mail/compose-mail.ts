import type { Readable } from "node:stream";
import { domainToASCII } from "node:url";
import { maskText } from "@nightledger/core/mask-text";
import DKIM from "nodemailer/lib/dkim";
import MailComposer from "nodemailer/lib/mail-composer";
import { encodeWord } from "nodemailer/lib/mime-funcs";
import { oneLine } from "../one-line.ts";
import { addressOf, type Mailbox, type MailSettings } from "./mail-settings.ts";

/** A file that goes along with a mail. */
export interface Attachment {
  name: string;
  contentType: string;
  bytes: Buffer;
}

/** What a mail says. */
export interface MailContent {
  to: Mailbox;
  /** Without angle brackets or a domain; the same for the same delivery, whoever sends it. */
  id: string;
  subject: string;
  html: string;
  text: string;
  attachments: readonly Attachment[];
  date: Date;
}

const domainOf = (mailbox: Mailbox): string => {
  const domain = addressOf(mailbox).split("@").at(-1) ?? "";
  return domainToASCII(domain) || "localhost";
};

/** `<id@example.com>` */
export const messageIdOf = (id: string, { from }: Pick<MailSettings, "from">): string =>
  `<${id}@${domainOf(from)}>`;

/** An encoded word has 75 characters at most. */
const LONGEST_WORD = 52;

/** A text that looks like an encoded word is encoded, or readers would decode what nobody encoded (RFC 2047, 7). */
const subjectHeader = (text: string): string => {
  const line = oneLine(text);
  return line.includes("=?") ? encodeWord(line, "B", LONGEST_WORD) : line;
};

const mailbox = (given: Mailbox) =>
  typeof given === "string"
    ? { name: "", address: given }
    : { name: oneLine(given.name), address: given.address };

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A mail with its headers and all its parts, signed where a key is configured. */
export async function composeMail(content: MailContent, settings: MailSettings): Promise<Buffer> {
  const { from, replyTo, subjectPrefix, dkim } = settings;
  const subject = subjectHeader(
    subjectPrefix === undefined ? content.subject : `${subjectPrefix} ${content.subject}`,
  );
  const composer = new MailComposer({
    from: mailbox(from),
    to: mailbox(content.to),
    ...(replyTo !== undefined && { replyTo: mailbox(replyTo) }),
    subject,
    text: maskText(content.text),
    html: content.html,
    attachments: content.attachments.map(({ name, contentType, bytes }) => ({
      filename: name,
      contentType,
      content: bytes,
    })),
    messageId: messageIdOf(content.id, settings),
    date: content.date,
    // no out-of-office answers to a machine (RFC 3834)
    headers: { "Auto-Submitted": "auto-generated" },
    // what is sent is given here, and never fetched because a text names it
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const message = await composer.compile().build();
  if (dkim === null) return message;
  const { domain, selector, key } = dkim;
  return await bytesOf(
    new DKIM({ domainName: domain, keySelector: selector, privateKey: key.reveal() }).sign(message),
  );
}
