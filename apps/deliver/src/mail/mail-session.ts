import { hostname } from "node:os";
import { Readable } from "node:stream";
import { withinWallClock } from "@nightledger/core/wall-clock";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { MailServerError } from "../errors.ts";
import type { Outcome } from "../outcome.ts";
import { AccessTokens } from "./access-tokens.ts";
import { clientNameOf } from "./client-name.ts";
import type { MailSettings } from "./mail-settings.ts";
import { type Mechanism, signIn, TOKEN_EXCHANGE } from "./sign-in.ts";
import { outcomeOf, type SmtpError, serverErrorOf } from "./smtp-error.ts";
import { tokenExchange } from "./token-exchange.ts";
import { trustedAuthorities } from "./trusted-authorities.ts";
import { withoutSecrets } from "./without-secrets.ts";

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
  /** How it is signed in; null where the settings name no user. */
  readonly mechanism: Mechanism | null;
  /** The name that we gave in EHLO. */
  readonly clientName: string;
  close(): void;
}

type Callback = (error?: Error | null) => void;

const done = (start: (callback: Callback) => void): Promise<void> =>
  new Promise((resolve, reject) => start((error) => (error == null ? resolve() : reject(error))));

function connectionOf(settings: MailSettings, name: string, tokens: AccessTokens | null): SMTPConnection {
  const { host, port, tls, ca, user, timeoutMs } = settings;
  return new SMTPConnection({
    host,
    port,
    name,
    ...(tokens !== null &&
      user !== undefined && { customAuth: { [TOKEN_EXCHANGE]: tokenExchange(user, tokens) } }),
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "off",
    tls: { minVersion: "TLSv1.2", ...(ca !== undefined && { ca: trustedAuthorities(ca) }) },
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

/** Takes out of the server's words what it must not repeat. */
type Hide = (text: string) => string;

/** Takes it out of an error, before anything of it is shown: a text that was cut short may end within a secret. */
function hideIn<E extends SmtpError>(error: E, hide: Hide): E {
  error.message = hide(error.message);
  if (error.response !== undefined) error.response = hide(error.response);
  return error;
}

class OpenSession implements MailSession {
  readonly #connection: SMTPConnection;
  readonly #timeoutMs: number;
  readonly #hide: Hide;
  readonly mechanism: Mechanism | null;
  readonly clientName: string;
  isOpen = true;

  constructor(connection: SMTPConnection, timeoutMs: number, hide: Hide, mechanism: Mechanism | null) {
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
    this.#hide = hide;
    this.mechanism = mechanism;
    this.clientName = connection.name;
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
      return { state: "sent", answer: this.#hide(info.response) };
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
    return outcomeOf(hideIn(error, this.#hide), whole, this.mechanism !== null);
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

const tokensOf = (settings: MailSettings): AccessTokens | null =>
  settings.oauth2 === null ? null : new AccessTokens(settings.oauth2, settings);

/**
 * Connects, encrypts and signs in. `tokens` are kept from session to session; left out, this one has its own.
 *
 * @throws MailServerError
 */
export async function openMailSession(
  settings: MailSettings,
  tokens = tokensOf(settings),
): Promise<MailSession> {
  const { host, port, password, timeoutMs } = settings;
  const hide = (text: string) => withoutSecrets(text, [password, ...(tokens?.issued ?? [])]);
  let connection: SMTPConnection | null = null;
  try {
    // before the server is connected to, which would have to wait for it
    await tokens?.current();
    const opened = connectionOf(settings, clientNameOf(settings, hostname()), tokens);
    connection = opened;
    const mechanism = await withinWallClock({ limitMs: SILENCES_TO_OPEN * timeoutMs, late: tooLong }, () =>
      connected(opened, settings),
    );
    return new OpenSession(opened, timeoutMs, hide, mechanism);
  } catch (error) {
    connection?.close();
    if (error instanceof MailServerError) throw error;
    throw serverErrorOf(`${host}:${port}`, hideIn(error as SmtpError, hide), tokens !== null);
  }
}

/** Shakes hands; how it signed in. */
async function connected(connection: SMTPConnection, settings: MailSettings): Promise<Mechanism | null> {
  let failed: ((error: Error) => void) | null = null;
  // errors between two mails are reported by the next mail
  connection.on("error", (error: Error) => failed?.(error));
  const lost = new Promise<never>((_, reject) => {
    failed = reject;
  });
  const shaken = async () => {
    await done((callback) => connection.connect(callback));
    return await signIn(connection, settings);
  };
  try {
    return await Promise.race([shaken(), lost]);
  } finally {
    failed = null;
  }
}
