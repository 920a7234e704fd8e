import { QueryTimeoutError } from "./errors.ts";

/** How long a query is waited for, and what it may take. */
export interface QueryLimits {
  /** How long the query may keep its reader waiting, all in all; the time its reader takes does not count. */
  timeoutMs: number;
  /** What its processes may have in memory together; 1 GiB unless said. */
  memoryBytes?: number;
  signal?: AbortSignal;
}

/**
 * Waits for one promise after the other until, all in all, the limit is reached or the signal aborted.
 *
 * @throws QueryTimeoutError, the signal's reason
 */
export function patience({ timeoutMs, signal }: QueryLimits): <T>(coming: Promise<T>) => Promise<T> {
  let leftMs = timeoutMs;
  return async (coming) => {
    // whoever is not waited for any more may fail: nobody asks
    coming.catch(() => {});
    signal?.throwIfAborted();
    const stopped = Promise.withResolvers<never>();
    const abort = () => stopped.reject(signal?.reason);
    const timer = setTimeout(() => stopped.reject(new QueryTimeoutError(timeoutMs)), Math.max(0, leftMs));
    signal?.addEventListener("abort", abort);
    const began = performance.now();
    try {
      return await Promise.race([coming, stopped.promise]);
    } finally {
      leftMs -= performance.now() - began;
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  };
}
