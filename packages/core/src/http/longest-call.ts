import type { RequestLimits } from "../cloud.ts";

/** The longest wait of full jitter between two tries: the more tries, the wider apart. Milliseconds. */
export const MAX_BACKOFF_MS = 30_000;

/** A try waits for a connection, for headers and for a body; a body that trickles is stopped by their sum. */
export const longestTryMs = ({ timeoutMs }: Pick<RequestLimits, "timeoutMs">): number => 3 * timeoutMs;

/**
 * How long a call can take with all its tries, beside its turns, which come at the pace of the quota. Milliseconds.
 */
export function longestCallMs(limits: Pick<RequestLimits, "timeoutMs" | "retries" | "retryMinMs">): number {
  const backoffs = Array.from({ length: limits.retries }, (_, nth) =>
    Math.min(MAX_BACKOFF_MS, limits.retryMinMs * 2 ** nth),
  );
  return (limits.retries + 1) * longestTryMs(limits) + backoffs.reduce((sum, ms) => sum + ms, 0);
}
