const MIB = 2 ** 20;

/** What a query's processes may take together unless said otherwise. */
export const DEFAULT_MEMORY_BYTES = 1024 * MIB;

/** With less, two processes of Node have no room for rows. */
export const LEAST_MEMORY_BYTES = 256 * MIB;

/** Text that JSON escapes is six times as long, and a string of Node ends at 512 Mi characters. */
const LONGEST_VALUE = 64 * MIB;

/**
 * How long a value, and a row, may be: it is held several times over, as SQLite's, as a string, as a message between
 * two processes, and as it is written.
 */
export const longestValue = (memoryBytes: number): number =>
  Math.min(Math.floor(memoryBytes / 64), LONGEST_VALUE);

/** `1.5 GiB`, `64 MiB` */
export const shownBytes = (bytes: number): string =>
  bytes >= 1024 * MIB
    ? `${Number((bytes / (1024 * MIB)).toFixed(2))} GiB`
    : `${Number((bytes / MIB).toFixed(1))} MiB`;

const LOOK_MS = 20;

/**
 * A signal that is aborted once this process takes more memory than allowed, with the error as its reason: for what
 * reads within this process. `stop` ends the watch.
 */
export function watchOwnMemory(
  memoryBytes: number,
  error: () => Error,
): { signal: AbortSignal; stop(): void } {
  const exceeded = new AbortController();
  const timer = setInterval(() => {
    if (process.memoryUsage.rss() > memoryBytes) exceeded.abort(error());
  }, LOOK_MS);
  timer.unref();
  return { signal: exceeded.signal, stop: () => clearInterval(timer) };
}
