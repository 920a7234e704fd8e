import { UsageError } from "./errors.ts";

/** A calendar day written as `YYYY-MM-DD`, checked. @throws UsageError */
export function parseDate(text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`);
  const valid = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time);
  if (!valid || new Date(time).toISOString().slice(0, 10) !== text) {
    throw new UsageError(`"${text}" is no date. Write it as YYYY-MM-DD, such as 2026-11-24.`);
  }
  return text;
}
