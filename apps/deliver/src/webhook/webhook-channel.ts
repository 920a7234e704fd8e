import { createHmac } from "node:crypto";
import { ConnectionError } from "@nightledger/core/connection-error";
import { openDispatcher } from "@nightledger/core/open-dispatcher";
import { DIRECT, type ProxyRoutes } from "@nightledger/core/proxy-routes";
import type { Secret } from "@nightledger/core/secret";
import { withinWallClock } from "@nightledger/core/wall-clock";
import type { DueDelivery } from "@nightledger/store";
import { type Dispatcher, request } from "undici";
import type { Channel } from "../channel.ts";
import { oneLine } from "../one-line.ts";
import type { OpenParcel } from "../open-parcel.ts";
import type { Outcome } from "../outcome.ts";
import { type WebhookShape, webhookBody } from "./webhook-body.ts";

/** Somebody who takes JSON. */
export interface Webhook {
  /** What the ledger of deliveries calls it. */
  name: string;
  url: Secret;
  /** Signs what is posted; null signs nothing. */
  secret: Secret | null;
  shape: WebhookShape;
}

const TIMEOUT_MS = 30_000;
const MOST_OF_ANSWER = 200;
/** So much of an answer is read. Bytes. */
const MOST_READ = 64 * 1024;

/** `t=1764000000,v1=…`: HMAC-SHA-256 over the time, a point and the body, so that neither can be changed or replayed. */
export const signatureOf = (secret: Secret, body: string, at: Date): string => {
  const time = Math.floor(at.getTime() / 1000);
  const mac = createHmac("sha256", secret.reveal()).update(`${time}.${body}`).digest("hex");
  return `t=${time},v1=${mac}`;
};

/** Errors before a connection stands: nothing was posted. */
const NOT_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_|DEPTH_|UNABLE_TO|ERR_TLS|SELF_SIGNED)/;

function outcomeOfStatus(status: number, said: string): Outcome {
  const answer = `HTTP ${status}${said === "" ? "" : `: ${said}`}`;
  if (status >= 200 && status < 300) return { state: "sent", answer };
  const passing = status >= 500 || [408, 425, 429].includes(status);
  return { state: passing ? "deferred" : "refused", answer };
}

/** The beginning of an answer, which may be of any length. */
async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MOST_READ) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Posts the summary of a report as JSON. Redirects are not followed. */
export class WebhookChannel implements Channel {
  readonly #webhooks: ReadonlyMap<string, Webhook>;
  readonly #agent: Dispatcher;
  /** For the connection and the headers together, and again for the body. Milliseconds. */
  readonly #limitMs: number;

  /**
   * @param routes the proxies that posts go through; default none
   * @param timeoutMs the longest silence of a receiver; milliseconds
   */
  constructor(webhooks: readonly Webhook[], routes: ProxyRoutes = DIRECT, timeoutMs: number = TIMEOUT_MS) {
    this.#limitMs = 2 * timeoutMs;
    this.#agent = openDispatcher(routes, { timeoutMs });
    this.#webhooks = new Map(webhooks.map((webhook) => [webhook.name, webhook]));
  }

  async deliver(
    delivery: DueDelivery,
    parcel: OpenParcel,
    beforeLast: () => Promise<void>,
  ): Promise<Outcome> {
    const webhook = this.#webhooks.get(delivery.recipient);
    if (webhook === undefined) {
      return {
        state: "refused",
        answer: `The configuration has no webhook "${delivery.recipient}" any more`,
      };
    }
    const body = webhookBody(webhook.shape, delivery, parcel);
    await beforeLast();
    try {
      return await this.#post(webhook, delivery, body);
    } catch (error) {
      // it names a proxy or the URL's host, and no more of the URL
      if (error instanceof ConnectionError)
        return { state: "deferred", answer: `No connection. ${error.message}` };
      // the URL may be a secret, and errors name it
      const { code = "error" } = error as NodeJS.ErrnoException;
      if (NOT_CONNECTED.test(code)) return { state: "deferred", answer: `No connection (${code})` };
      return {
        state: "unknown",
        answer: `No answer (${code}) after it was posted: it may have arrived, or not`,
      };
    }
  }

  async #post({ url, secret }: Webhook, { delivery_id }: DueDelivery, body: string): Promise<Outcome> {
    const late = () => Object.assign(new Error("It took too long."), { code: "ETIMEDOUT" });
    const wallClock = { limitMs: this.#limitMs, late };
    const post = async (signal: AbortSignal) =>
      await request(url.reveal(), {
        method: "POST",
        dispatcher: this.#agent,
        signal,
        headers: {
          "content-type": "application/json; charset=utf-8",
          "user-agent": "nightledger",
          "x-nightledger-delivery": String(delivery_id),
          ...(secret !== null && { "x-nightledger-signature": signatureOf(secret, body, new Date()) }),
        },
        body,
      });
    const answer = await withinWallClock(wallClock, post);
    // the receiver has it, whatever becomes of the rest of its answer
    const said = await withinWallClock(wallClock, () => beginningOf(answer.body)).catch(() => "");
    answer.body.destroy();
    return outcomeOfStatus(answer.statusCode, oneLine(said).slice(0, MOST_OF_ANSWER));
  }

  close(): void {
    // what still hangs is not waited for
    void this.#agent.destroy();
  }
}
