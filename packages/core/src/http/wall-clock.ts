/** The longest that a timer can wait; a longer one would ring at once. Milliseconds. */
const MAX_TIMER_MS = 2_147_483_647;

/** What bounds a piece of work. */
export interface WallClock {
  /** How long it may take. Milliseconds. */
  limitMs: number;
  /** What it fails with when the time is over. */
  late: () => Error;
  /** Stops it from outside. */
  signal?: AbortSignal | undefined;
}

/**
 * Waits for work that may not end by itself: at the limit, or when the signal is aborted, it is left, whatever happens
 * inside. The work's own signal is aborted then, so that it closes what it holds; if it does not, nobody waits for it.
 *
 * @throws what `late` gives, the signal's reason, or what the work throws
 */
export async function withinWallClock<T>(
  { limitMs, late, signal }: WallClock,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const own = new AbortController();
  const ended = Promise.withResolvers<never>();
  const end = (reason: unknown): void => {
    own.abort(reason);
    ended.reject(reason);
  };
  const stop = () => end(signal?.reason);
  const timer = setTimeout(() => end(late()), Math.min(MAX_TIMER_MS, Math.max(0, limitMs)));
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work(own.signal), ended.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}
