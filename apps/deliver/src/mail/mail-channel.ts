import { createHash } from "node:crypto";
import type { DueDelivery } from "@nightledger/store";
import type { Channel } from "../channel.ts";
import { MailServerError } from "../errors.ts";
import type { OpenParcel } from "../open-parcel.ts";
import type { Outcome } from "../outcome.ts";
import { AccessTokens } from "./access-tokens.ts";
import { composeMail, messageIdOf } from "./compose-mail.ts";
import { type MailSession, openMailSession } from "./mail-session.ts";
import { addressOf, type Mailbox, type MailSettings } from "./mail-settings.ts";

const MEBIBYTE = 2 ** 20;

/**
 * The same delivery is the same mail to every server and mailbox on its way, however often it is tried. One that an
 * operator has sent again is another: those who have thrown the first one away would throw away its copy.
 */
const idOf = (delivery: DueDelivery): string => {
  const { data_date, report, subject, locale, kind, edition, recipient, sends } = delivery;
  const times = sends === 0 ? [] : [sends];
  const key = JSON.stringify([data_date, report, subject, locale, kind, edition, recipient, ...times]);
  return `nightledger.${createHash("sha256").update(key).digest("hex").slice(0, 40)}`;
};

/** Sends each recipient a mail of its own, over one connection as long as it holds. */
export class MailChannel implements Channel {
  readonly #settings: MailSettings;
  readonly #mailboxes: ReadonlyMap<string, Mailbox>;
  readonly #tokens: AccessTokens | null;
  #session: MailSession | null = null;

  /**
   * `mailboxes` are those of the configuration, for the names beside their addresses. `tokens` are those of its
   * `mail.oauth2`, if other sessions use them, too.
   */
  constructor(
    settings: MailSettings,
    mailboxes: readonly Mailbox[] = [],
    tokens: AccessTokens | null = null,
  ) {
    this.#settings = settings;
    const { oauth2 } = settings;
    this.#tokens = tokens ?? (oauth2 === null ? null : new AccessTokens(oauth2, settings));
    this.#mailboxes = new Map(mailboxes.map((mailbox) => [addressOf(mailbox), mailbox]));
  }

  async #open(): Promise<MailSession> {
    if (this.#session?.isOpen !== true) {
      this.#session = await openMailSession(this.#settings, this.#tokens);
    }
    return this.#session;
  }

  async deliver(
    delivery: DueDelivery,
    parcel: OpenParcel,
    beforeLast: (messageId?: string) => Promise<void>,
  ): Promise<Outcome> {
    const whole = await this.#compose(delivery, parcel, true);
    const limit = this.#settings.maxMebibytes * MEBIBYTE;
    if (whole.length <= limit) {
      const outcome = await this.#send(delivery, whole, beforeLast);
      if (outcome.state !== "tooLarge") return outcome;
      if (parcel.withoutFiles === null) return { state: "refused", answer: outcome.answer };
    } else if (parcel.withoutFiles === null) {
      return {
        state: "refused",
        answer: `The mail has ${whole.length} bytes, and mail.maxMebibytes allows ${limit}`,
      };
    }
    const outcome = await this.#send(delivery, await this.#compose(delivery, parcel, false), beforeLast);
    if (outcome.state === "tooLarge") return { state: "refused", answer: outcome.answer };
    return { ...outcome, answer: `${outcome.answer} (without the files, which are too large)` };
  }

  async #compose(delivery: DueDelivery, parcel: OpenParcel, withFiles: boolean): Promise<Buffer> {
    const words = withFiles ? parcel : (parcel.withoutFiles ?? parcel);
    const content = {
      to: this.#mailboxes.get(delivery.recipient) ?? delivery.recipient,
      id: idOf(delivery),
      subject: parcel.subject,
      html: words.html,
      text: words.text,
      attachments: withFiles ? parcel.attachments : [],
      date: new Date(),
    };
    return await composeMail(content, this.#settings);
  }

  async #send(
    delivery: DueDelivery,
    message: Buffer,
    beforeLast: (messageId?: string) => Promise<void>,
  ): Promise<Outcome> {
    const { from } = this.#settings;
    try {
      const session = await this.#open();
      return await session.send({ from: addressOf(from), to: delivery.recipient, message }, () =>
        beforeLast(messageIdOf(idOf(delivery), this.#settings)),
      );
    } catch (error) {
      if (!(error instanceof MailServerError)) throw error;
      return { state: "deferred", answer: error.message, everyone: error.isFinal ? "forThisRun" : "forNow" };
    }
  }

  close(): void {
    this.#session?.close();
  }
}
