import type { HelperDelegate, HelperOptions } from "handlebars";
import Handlebars from "handlebars";
import type { ChartRow } from "./chart.ts";
import { Formats } from "./formats.ts";
import type { Locale } from "./locale.ts";

/** Draws a chart later: gives what stands in its place until then. */
export type ChartSlot = (name: string, rows: readonly ChartRow[], alternative: string) => string;

type Figure = number | null;

/** How full a category is, as a class for the stylesheet: counts may still grow when it is at its cap. */
function level(deducted: Figure, cap: number): string {
  if (deducted === null) return "unknown";
  if (deducted === 0) return "none";
  if (deducted >= cap) return "full";
  return deducted >= cap / 2 ? "high" : "some";
}

/** The helpers of the templates; `reports/README.md` tells what each does. */
export function helpers(locale: Locale, chart: ChartSlot): Record<string, HelperDelegate> {
  const formats = new Formats(locale.tag);
  return {
    t: (key: string, { hash }: HelperOptions) => locale.text(key, hash),
    key: (...parts: unknown[]) => parts.slice(0, -1).join("."),
    number: (value: Figure) => formats.number(value),
    points: (value: Figure, { hash }: HelperOptions) =>
      hash.column === true ? formats.pointsColumn(value) : formats.points(value),
    pointsChange: (value: Figure) => formats.pointsChange(value),
    numberChange: (value: Figure) => formats.numberChange(value),
    date: (value: string | null) => formats.date(value),
    shortDate: (value: string | null) => formats.shortDate(value),
    time: (value: string | null) => formats.time(value),
    text: (value: string | null) => (value === null || value === "" ? Formats.UNKNOWN : value),
    level,
    eq: (a: unknown, b: unknown) => a === b,
    known: (value: unknown) => value !== null && value !== undefined,
    take: (list: readonly unknown[], count: number) => list.slice(0, count),
    more: (list: readonly unknown[], count: number) => Math.max(0, list.length - count),
    /** Rows for a chart: the given ones with texts beside them. `label` is a locale key's beginning. */
    chart: (name: string, rows: readonly ChartRow[], { hash }: HelperOptions) => {
      const { labels, of: keyColumn, figure, alt } = hash as Record<string, string>;
      const labelled = rows.map((row) => ({
        ...row,
        ...(labels !== undefined && { label: locale.text(`${labels}.${row[keyColumn ?? ""]}`) }),
        ...(figure !== undefined && { figure: formats.points(row[figure] as Figure) }),
      }));
      return new Handlebars.SafeString(chart(name, labelled, alt ?? ""));
    },
  };
}
