import { UsageError } from "./errors.ts";

const UNITS_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** Timers of Node take no more than this. */
const LONGEST_MS = 2 ** 31 - 1;

/** `500ms`, `30s`, `5m`, `2h` as milliseconds. @throws UsageError naming the option */
export function parseDuration(option: string, given: string): number {
  const [, count, unit] = /^(\d{1,9})(ms|s|m|h)$/.exec(given) ?? [];
  const ms = Number(count) * (UNITS_MS[unit ?? ""] ?? Number.NaN);
  if (!(ms > 0 && ms <= LONGEST_MS)) {
    throw new UsageError(`${option} takes a time such as 500ms, 30s, 5m or 2h, not "${given}".`);
  }
  return ms;
}
