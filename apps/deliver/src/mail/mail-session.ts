import { Readable } from "node:stream";
import { rootCertificates } from "node:tls";
import { withinWallClock } from "@nightledger/core/wall-clock";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { MailServerError } from "../errors.ts";
import type { Outcome } from "../outcome.ts";
import type { MailSettings } from "./mail-settings.ts";
import { outcomeOf, type SmtpError, serverErrorOf } from "./smtp-error.ts";

/** A mail as it is put on the wire. */
export interface Envelope {
  from: string;
  to: string;
  /** Headers and body. */
  message: Buffer;
}

/** A connection to the mail server, signed in. */
export interface MailSession {
  /**
   * Sends a mail. Its last bytes are kept back until `beforeLast` has resolved: as long as they are, the server cannot
   * take the mail, and no try is in doubt. If `beforeLast` fails, nothing was sent, and its error comes out.
   */
  send(envelope: Envelope, beforeLast: () => Promise<void>): Promise<Outcome>;
  /** Whether another mail may be sent through it. */
  readonly isOpen: boolean;
  close(): void;
}

type Callback = (error?: Error | null) => void;

const done = (start: (callback: Callback) => void): Promise<void> =>
  new Promise((resolve, reject) => start((error) => (error == null ? resolve() : reject(error))));

function connectionOf({ host, port, tls, ca, timeoutMs }: MailSettings): SMTPConnection {
  return new SMTPConnection({
    host,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "off",
    tls: { minVersion: "TLSv1.2", ...(ca !== undefined && { ca: [...rootCertificates, ca] }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    logger: false,
  });
}

/** A server that is never silent for long, and never done, is left after so many of the longest silences. */
const SILENCES = 30;
const SILENCES_TO_OPEN = 5;

const tooLong = (): Error => Object.assign(new Error("The server took too long"), { code: "ETIMEDOUT" });

/** So much at the end of a mail is kept back. */
const LAST_BYTES = 2;
/** So long the server may take to say goodbye. */
const FAREWELL_MS = 1000;

class OpenSession implements MailSession {
  readonly #connection: SMTPConnection;
  readonly #timeoutMs: number;
  isOpen = true;

  constructor(connection: SMTPConnection, timeoutMs: number) {
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
    connection.once("end", () => {
      this.isOpen = false;
    });
  }

  async send({ from, to, message }: Envelope, beforeLast: () => Promise<void>): Promise<Outcome> {
    const course: { over: boolean; whole: boolean; committing: Promise<void> | null } = {
      over: false,
      whole: false,
      committing: null,
    };
    async function* pieces(): AsyncGenerator<Buffer> {
      yield message.subarray(0, -LAST_BYTES);
      if (course.over) return;
      course.committing = beforeLast();
      await course.committing;
      // a connection that was lost meanwhile carries nothing any more
      if (course.over) throw new Error("The connection is gone.");
      course.whole = true;
      yield message.subarray(-LAST_BYTES);
    }
    const stream = Readable.from(pieces(), { objectMode: false });
    try {
      const sending = () =>
        new Promise<{ response: string }>((resolve, reject) => {
          const envelope = { from, to: [to], size: message.length };
          this.#connection.send(envelope, stream, (error, sent) => {
            course.over = true;
            if (error != null || sent === undefined) reject(error ?? new Error("The server gave no answer."));
            else resolve(sent);
          });
        });
      const info = await withinWallClock({ limitMs: SILENCES * this.#timeoutMs, late: tooLong }, sending);
      return { state: "sent", answer: info.response };
    } catch (error) {
      course.over = true;
      // whatever was begun has to be known before it can be judged
      await course.committing?.catch((reason: unknown) => {
        this.#hangUp();
        throw reason;
      });
      return await this.#failed(error as SmtpError, course.whole);
    } finally {
      stream.destroy();
    }
  }

  /** A connection that answered may go on with the next mail; any other is closed. */
  async #failed(error: SmtpError, whole: boolean): Promise<Outcome> {
    const answered =
      error.responseCode !== undefined || error.code === "EENVELOPE" || error.code === "EMESSAGE";
    if (answered && this.isOpen && error.responseCode !== 421) {
      await done((callback) => this.#connection.reset(callback)).catch(() => this.#hangUp());
    } else this.#hangUp();
    return outcomeOf(error, whole);
  }

  /** Without a farewell, which would be part of an unfinished mail. */
  #hangUp(): void {
    this.isOpen = false;
    this.#connection.close();
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#connection.quit();
    setTimeout(() => this.#connection.close(), FAREWELL_MS).unref();
  }
}

/**
 * Connects, encrypts and signs in.
 *
 * @throws MailServerError
 */
export async function openMailSession(settings: MailSettings): Promise<MailSession> {
  const { host, port, user, password, timeoutMs } = settings;
  const connection = connectionOf(settings);
  let failed: ((error: Error) => void) | null = null;
  // errors between two mails are told by the next mail
  connection.on("error", (error: Error) => failed?.(error));
  try {
    await withinWallClock({ limitMs: SILENCES_TO_OPEN * timeoutMs, late: tooLong }, async () => {
      await new Promise<void>((resolve, reject) => {
        failed = reject;
        connection.connect((error) => (error == null ? resolve() : reject(error)));
      });
      if (user === undefined) return;
      const credentials = { user, pass: password?.reveal() ?? "" };
      await new Promise<void>((resolve, reject) => {
        failed = reject;
        connection.login({ credentials }, (error) => (error == null ? resolve() : reject(error)));
      });
    });
  } catch (error) {
    connection.close();
    if (error instanceof MailServerError) throw error;
    throw serverErrorOf(`${host}:${port}`, error as SmtpError);
  }
  failed = null;
  return new OpenSession(connection, timeoutMs);
}
