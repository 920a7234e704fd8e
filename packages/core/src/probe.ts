import { request } from "undici";
import type { RequestLimits } from "./cloud.ts";
import { TimeoutError, TooLargeError } from "./errors.ts";
import { type EndpointSetting, requestTo } from "./http/endpoint.ts";
import { longestTryMs } from "./http/longest-call.ts";
import { withinWallClock } from "./http/wall-clock.ts";
import type { Egress } from "./network.ts";
import { readBounded, transportError } from "./transport.ts";

/** What an endpoint answers to a call without a credential: that it is there, and what time it has. */
export interface Probe {
  status: number;
  /** Its clock less this machine's. Milliseconds, to about a second; null where it does not say. */
  clockAheadMs: number | null;
  tookMs: number;
}

/** A GET of an endpoint's own path through one way out. Any answer is a good one. @throws NetworkError, TimeoutError */
export async function probe(
  endpoint: EndpointSetting,
  egress: Egress,
  limits: RequestLimits,
  signal?: AbortSignal,
): Promise<Probe> {
  const { url } = requestTo(endpoint, "/");
  const limitMs = longestTryMs(limits);
  const late = () => new TimeoutError(url.origin, limitMs);
  const startedAt = Date.now();
  try {
    const { answer, endedAt } = await withinWallClock({ limitMs, late, signal }, async (own) => {
      const answer = await request(url, { dispatcher: egress.dispatcher, signal: own });
      const endedAt = Date.now();
      await readBounded(answer.body, url.origin, limits.maxBodyBytes).catch((error: unknown) => {
        if (!(error instanceof TooLargeError)) throw error;
      });
      return { answer, endedAt };
    });
    const { date } = answer.headers;
    const there = typeof date === "string" ? Date.parse(date) : Number.NaN;
    // the header is cut to whole seconds, so the clock is half a second later on average
    const ahead = there + 500 - (startedAt + endedAt) / 2;
    return {
      status: answer.statusCode,
      clockAheadMs: Number.isNaN(ahead) ? null : Math.round(ahead),
      tookMs: endedAt - startedAt,
    };
  } catch (error) {
    signal?.throwIfAborted();
    throw transportError(error, url.origin, limits.timeoutMs);
  }
}
