import { ConnectionError } from "@nightledger/core/connection-error";
import type { Secret } from "@nightledger/core/secret";
import { type Dispatcher, request } from "undici";

/** The most that a watchdog is told. Characters. */
const MOST = 10_000;

/**
 * Asks a watchdog's URL, healthchecks style: without a body, or with what people are told. Redirects are not followed.
 * Gives what kept it from being heard; null is nothing. Never names the URL, which is a secret.
 */
export async function ping(
  url: Secret,
  body: string | null,
  { dispatcher, signal }: { dispatcher: Dispatcher; signal: AbortSignal },
): Promise<string | null> {
  try {
    const answer = await request(url.reveal(), {
      method: body === null ? "GET" : "POST",
      headers: {
        "user-agent": "nightledger",
        ...(body !== null && { "content-type": "text/plain; charset=utf-8" }),
      },
      ...(body !== null && { body: body.slice(0, MOST) }),
      // a connection that nobody else uses: it ends with the process
      reset: true,
      dispatcher,
      signal,
    });
    await answer.body.dump();
    return answer.statusCode >= 200 && answer.statusCode < 300 ? null : `HTTP ${answer.statusCode}`;
  } catch (error) {
    if (signal.aborted) return "no answer in time";
    if (error instanceof ConnectionError) return error.message.replace(/\.$/, "");
    const { code } = error as NodeJS.ErrnoException;
    return `no connection (${code ?? "error"})`;
  }
}
