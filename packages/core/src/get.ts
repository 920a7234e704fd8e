import { setTimeout as sleep } from "node:timers/promises";
import pRetry from "p-retry";
import { errors, request } from "undici";
import type { Cloud } from "./cloud.ts";
import { errorOf } from "./error-answer.ts";
import { CloudError, NetworkError, ThrottledError, TimeoutError, TooLargeError } from "./errors.ts";
import { sign } from "./sign.ts";

/** A 200 answer as it came, and how many calls it took. */
export interface Answer {
  body: Buffer;
  attempts: number;
}

/** How many calls a failed target cost is told through the error, beside its kind. */
export interface Attempted {
  attempts: number;
}

async function readBounded(body: AsyncIterable<Buffer>, origin: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new TooLargeError(origin, maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function transportError(error: unknown, origin: string, timeoutMs: number): unknown {
  if (error instanceof CloudError || (error instanceof Error && error.name === "AbortError")) return error;
  if (
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError
  ) {
    return new TimeoutError(origin, timeoutMs, error);
  }
  return new NetworkError(origin, error);
}

async function getOnce(
  cloud: Cloud,
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const { timeoutMs, maxBodyBytes } = cloud.limits;
  const signable = { method: "GET", url, headers: { host: url.host, ...headers } };
  try {
    const answer = await request(url, {
      method: "GET",
      headers: { accept: "application/json", ...sign(signable, cloud.key, new Date()) },
      dispatcher: cloud.dispatcher,
      signal: signal ?? null,
    });
    const body = await readBounded(answer.body, url.origin, maxBodyBytes);
    if (answer.statusCode === 200) return body;
    throw errorOf(cloud.account, url.origin, { status: answer.statusCode, headers: answer.headers, body });
  } catch (error) {
    signal?.throwIfAborted();
    throw transportError(error, url.origin, timeoutMs);
  }
}

/** A throttled call waits for what Retry-After asks, or for a whole window of the documented quota. */
const THROTTLE_WINDOW_MS = 60_000;

/**
 * A signed GET, tried again while the failure says that it may pass. Redirects are not followed.
 *
 * @throws CloudError, with `attempts` on it.
 */
export async function get(
  cloud: Cloud,
  url: URL,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<Answer> {
  let attempts = 0;
  try {
    const body = await pRetry(
      () => {
        attempts += 1;
        return getOnce(cloud, url, headers, signal);
      },
      {
        retries: cloud.limits.retries,
        minTimeout: cloud.limits.retryMinMs,
        randomize: true,
        ...(signal && { signal }),
        shouldRetry: ({ error }) => error instanceof CloudError && error.retryable,
        onFailedAttempt: async ({ error, retriesLeft }) => {
          if (!(error instanceof ThrottledError) || retriesLeft === 0) return;
          await sleep(error.retryAfterMs ?? THROTTLE_WINDOW_MS, undefined, signal ? { signal } : {});
        },
      },
    );
    return { body, attempts };
  } catch (error) {
    if (error instanceof CloudError) Object.assign(error, { attempts });
    throw error;
  }
}
