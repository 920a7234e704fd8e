/** What the Date of an answer says of this machine's clock. */
export interface ClockReading {
  /** Who answered. */
  origin: string;
  /** Its clock, to the second, and this machine's when the answer came. Milliseconds since 1970. */
  there: number;
  here: number;
  /** Its clock less this machine's: 0 where it lies between the call and the answer. Milliseconds. */
  aheadMs: number;
}

/** What of an answer is looked at. */
interface Dated {
  statusCode: number;
  headers: Record<string, string | string[] | undefined>;
}

/** The Date header is cut to whole seconds. */
const SECOND_MS = 1000;

/** Answers of the API itself: a redirect, a proxy's refusal or a gateway's 5xx may come from anybody's clock. */
const isItsOwn = (status: number): boolean =>
  (status >= 200 && status < 300) || (status >= 400 && status < 500 && status !== 407);

/**
 * Reads the clock of who answered; null where the answer does not say, or says it from a cache, whose Date is of
 * earlier (`Age`, RFC 9111).
 */
export function clockReading(
  { statusCode, headers }: Dated,
  origin: string,
  call: { startedAt: number; endedAt: number },
): ClockReading | null {
  const { date, age } = headers;
  const there = typeof date === "string" ? Date.parse(date) : Number.NaN;
  if (!isItsOwn(statusCode) || Number.isNaN(there) || age !== undefined) return null;
  const early = there + SECOND_MS - call.startedAt;
  const late = there - call.endedAt;
  return { origin, there, here: call.endedAt, aheadMs: early < 0 ? early : Math.max(late, 0) };
}
