const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** How far a time zone is ahead of UTC at an instant. Milliseconds. */
function offsetAt(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(at);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return wall - Math.floor(at / 1000) * 1000;
}

/**
 * When it is `HH:MM` on a calendar day of a time zone. Of a time that comes twice, as clocks go back, the first; a time
 * that never comes, as they go forward, is as much later as they skip.
 */
export function instantOf(day: string, clock: string, timeZone: string): Date {
  const wall = Date.parse(`${day}T${clock}:00Z`);
  const sides = [wall - DAY_MS, wall + DAY_MS].map((at) => wall - offsetAt(timeZone, at));
  const real = sides.filter((at) => offsetAt(timeZone, at) === wall - at);
  return new Date(real.length > 0 ? Math.min(...real) : Math.max(...sides));
}

/** The calendar day it is in a time zone, as `YYYY-MM-DD`. */
export function dayIn(timeZone: string, now: Date): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(now);
}

/** The time of day it is in a time zone, as `HH:MM:SS`. */
export function timeIn(timeZone: string, now: Date): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, hourCycle: "h23", timeStyle: "medium" }).format(now);
}

/** The day some days after another, by the calendar. */
export const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

const around = (clock: string, timeZone: string, now: Date): Date[] => {
  const today = dayIn(timeZone, now);
  return [-1, 0, 1, 2].map((days) => instantOf(daysAfter(today, days), clock, timeZone));
};

/** The next time it is `HH:MM` in a time zone; now, if it is. */
export function nextTime(clock: string, timeZone: string, now: Date): Date {
  const minute = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;
  const ahead = around(clock, timeZone, now).filter((at) => at.getTime() >= minute);
  return ahead[0] ?? now;
}

/** The time it is `HH:MM` in a time zone that is closest to now, before or after. */
export function closestTime(clock: string, timeZone: string, now: Date): Date {
  const [first = now, ...others] = around(clock, timeZone, now);
  const far = (at: Date) => Math.abs(at.getTime() - now.getTime());
  return others.reduce((closest, at) => (far(at) < far(closest) ? at : closest), first);
}
