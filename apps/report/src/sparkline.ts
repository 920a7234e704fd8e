import type { ChartRow } from "./chart.ts";
import { asObject, type ChartSpec } from "./chart-spec.ts";
import { escaped } from "./chart-svg.ts";

const round = (value: number): number => Math.round(value * 100) / 100;
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const numbers = (rows: readonly ChartRow[], column: string): number[] =>
  rows.map((row) => row[column]).filter(isNumber);

/** The line, broken where a night has no value; a night alone is a point that a round cap makes a dot. */
function pathOf(rows: readonly ChartRow[], xOf: (row: ChartRow) => number, yOf: (value: number) => number) {
  let path = "";
  let open = false;
  for (const row of rows) {
    const { value } = row;
    const known = isNumber(value);
    if (known) {
      const point = `${round(xOf(row))},${round(yOf(value))}`;
      path += open ? `L${point}` : `M${point}h0`;
    }
    open = known;
  }
  return path;
}

const dateOf = (row: ChartRow): number => Date.parse(String(row.data_date));

/**
 * A line the size of a word, from zero to the cap or the most: `value` and perhaps `cap` by `data_date`, oldest first.
 * Reports have it by the dozen, and vega takes a millisecond for what is one path.
 */
export function drawSparkline(spec: ChartSpec, rows: readonly ChartRow[]): string {
  const { width, height, padding, json, config } = spec;
  const most = Math.max(0, ...numbers(rows, "value"), ...numbers(rows, "cap")) || 1;
  const first = Math.min(...rows.map(dateOf));
  const span = Math.max(...rows.map(dateOf)) - first;
  const xOf = (row: ChartRow) =>
    padding.left + (span === 0 ? width / 2 : ((dateOf(row) - first) / span) * width);
  const yOf = (value: number) => padding.top + height * (1 - value / most);
  const color = escaped(String(asObject(config.line).color ?? "#1d4e89"));
  const edge = escaped(String(asObject(config.rule).color ?? "#7d889b"));
  const [base, right] = [padding.top + height, padding.left + width];
  const newest = rows.at(-1);
  const value = newest?.value;
  const dot =
    newest !== undefined && isNumber(value)
      ? `<circle cx="${round(xOf(newest))}" cy="${round(yOf(value))}" r="${escaped(String(json.dot ?? 2))}" fill="${color}"/>`
      : "";
  const [w, h] = [right + padding.right, base + padding.bottom];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">`,
    `<path d="M${padding.left},${base}H${right}" stroke="${edge}" stroke-width="0.5"/>`,
    `<path d="${pathOf(rows, xOf, yOf)}" fill="none" stroke="${color}" stroke-width="${escaped(String(json.strokeWidth ?? 1.25))}"`,
    ` stroke-linecap="round" stroke-linejoin="round"/>${dot}</svg>`,
  ].join("");
}
