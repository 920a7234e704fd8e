type Headers = Record<string, string | string[] | undefined>;

/**
 * How long a refusal may keep calls back. Quotas are counted by the minute (HSS, "API Throttling"); what asks for more
 * is not waited for, since a night would pass by it. Milliseconds.
 */
export const LONGEST_PAUSE_MS = 15 * 60_000;

const single = (value: string | string[] | undefined): string =>
  ((Array.isArray(value) ? value[0] : value) ?? "").trim();

/** The three forms of a date in a header (RFC 9110, 5.6.7). Those without a zone are in UTC. */
function timeOf(text: string): number {
  if (!/^(mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return Number.NaN;
  return Date.parse(/ gmt$/i.test(text) ? text : `${text} GMT`);
}

/**
 * How long `Retry-After` asks to wait: seconds, or a date, which is held against the answer's own `Date`, since the
 * clocks may differ. Milliseconds, 0 or more, perhaps infinite; null where it is missing or says nothing.
 */
export function retryAfterMs(headers: Headers, now: number = Date.now()): number | null {
  const text = single(headers["retry-after"]);
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const until = timeOf(text);
  if (Number.isNaN(until)) return null;
  const sentAt = timeOf(single(headers.date));
  return Math.max(0, until - (Number.isNaN(sentAt) ? now : sentAt));
}
