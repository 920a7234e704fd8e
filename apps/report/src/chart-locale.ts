/// <reference path="./vega.d.ts" />
import { type LocaleFormatters, locale } from "vega";

const monthFormat = (tag: string, month: "short" | "long") =>
  new Intl.DateTimeFormat(tag, { month, day: "numeric", timeZone: "UTC" });
const dayFormat = (tag: string, weekday: "short" | "long") =>
  new Intl.DateTimeFormat(tag, { weekday, timeZone: "UTC" });

/** A pattern of d3 that writes a date as the language does. */
function pattern(tag: string, options: Intl.DateTimeFormatOptions): string {
  const directives: Record<string, string> = { year: "%Y", day: "%-d" };
  return new Intl.DateTimeFormat(tag, { ...options, timeZone: "UTC" })
    .formatToParts(Date.UTC(2026, 10, 24))
    .map(({ type, value }) => {
      if (type === "month") return /^\d/.test(value) ? "%-m" : "%b";
      return directives[type] ?? value.replaceAll("%", "%%");
    })
    .join("");
}

function months(tag: string, style: "short" | "long"): string[] {
  const format = monthFormat(tag, style);
  return Array.from({ length: 12 }, (_, month) => {
    const parts = format.formatToParts(Date.UTC(2026, month, 24));
    return parts.find(({ type }) => type === "month")?.value ?? "";
  });
}

function days(tag: string, style: "short" | "long"): string[] {
  const format = dayFormat(tag, style);
  // 1 November 2026 is a Sunday
  return Array.from({ length: 7 }, (_, day) => format.format(Date.UTC(2026, 10, 1 + day)));
}

const numberPart = (tag: string, part: "decimal" | "group"): string =>
  new Intl.NumberFormat(tag).formatToParts(1_234_567.8).find(({ type }) => type === part)?.value ?? "";

const locales = new Map<string, LocaleFormatters>();

/**
 * How the axes of charts write numbers and dates. In a spec `%x` is a day (Nov 24, 11月24日) and `%X` a month (Nov 2026,
 * 2026年11月); the other directives are d3's.
 */
export function chartLocale(tag: string): LocaleFormatters {
  const known = locales.get(tag);
  if (known !== undefined) return known;
  const made = locale(
    {
      decimal: numberPart(tag, "decimal"),
      thousands: numberPart(tag, "group"),
      grouping: [3],
      currency: ["", ""],
      minus: "\u2212",
    },
    {
      dateTime: "%Y-%m-%d %H:%M",
      date: pattern(tag, { month: "short", day: "numeric" }),
      time: pattern(tag, { year: "numeric", month: "short" }),
      periods: ["AM", "PM"],
      days: days(tag, "long"),
      shortDays: days(tag, "short"),
      months: months(tag, "long"),
      shortMonths: months(tag, "short"),
    },
  );
  locales.set(tag, made);
  return made;
}
