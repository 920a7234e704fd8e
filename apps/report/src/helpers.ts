import Handlebars, { type HelperDelegate, type HelperOptions } from "handlebars";
import type { ChartData } from "./chart.ts";
import { chartRows, plainRow } from "./chart-rows.ts";
import { Figure, type FigureKind, plain } from "./figure.ts";
import { Formats } from "./formats.ts";
import type { Counted, Filling, Locale } from "./locale.ts";
import { type ModelRow, rowsId } from "./model.ts";

const { SafeString, escapeExpression } = Handlebars;

/** A chart of a document, to be drawn when the templates are through. */
export interface ChartOrder {
  name: string;
  data: ChartData;
  /** What it says in words, escaped. */
  alternative: string;
}

/** Gives what stands in a chart's place until it is drawn. */
export type ChartSlot = (order: ChartOrder) => string;

type Rows = readonly ModelRow[];

/** How full a category is, as a class for the stylesheet: counts may still grow when it is at its cap. */
function level(given: unknown, most: unknown): string {
  const [deducted, cap] = [plain(given), plain(most)];
  if (typeof deducted !== "number" || typeof cap !== "number") return "unknown";
  if (deducted === 0) return "none";
  if (deducted >= cap) return "full";
  return deducted >= cap / 2 ? "high" : "some";
}

/** Which way a change goes, as a class for the stylesheet. */
function direction(given: unknown): string {
  const change = plain(given);
  if (typeof change !== "number") return "unknown";
  return change > 0 ? "up" : change < 0 ? "down" : "same";
}

/** Rows by a column's value, found once per list and column. */
function grouped(): (rows: Rows, column: string) => Map<unknown, ModelRow[]> {
  const known = new WeakMap<Rows, Map<string, Map<unknown, ModelRow[]>>>();
  return (rows, column) => {
    const columns = known.get(rows) ?? new Map<string, Map<unknown, ModelRow[]>>();
    known.set(rows, columns);
    const groups = columns.get(column) ?? Map.groupBy(rows, (row) => plain(row[column]));
    columns.set(column, groups);
    return groups;
  };
}

/** Text without its markup, still escaped: for an attribute or a title. */
const withoutMarkup = (markup: string): string => markup.replace(/<[^>]*>/g, "");

/** The number of a dataset's rows, past the first few, as a figure. */
function counted(name: string, shown: number, model: Readonly<Record<string, unknown>>): Figure {
  const rows = model[name];
  if (!Array.isArray(rows)) throw new Error(`"${name}" is no list`);
  return new Figure(() => rowsId(name, shown), Math.max(0, rows.length - shown));
}

const isTrue = (value: unknown): boolean => !Handlebars.Utils.isEmpty(plain(value)) && plain(value) !== 0;

/** The helpers of the templates; `reports/README.md` tells what each does. */
export function helpers(locale: Locale, chart: ChartSlot): Record<string, HelperDelegate> {
  const formats = new Formats(locale.tag);
  const groups = grouped();

  const write: Record<FigureKind, (value: number | null) => string> = {
    number: formats.number,
    points: formats.points,
    numberChange: formats.numberChange,
    pointsChange: formats.pointsChange,
    percent: formats.percent,
  };

  function figure(kind: FigureKind, given: unknown, text = write[kind]): Handlebars.SafeString {
    const value = plain(given);
    if (typeof value !== "number" && value !== null) throw new Error(`"${String(value)}" is no figure`);
    const written = escapeExpression(text(value));
    if (!(given instanceof Figure)) return new SafeString(written);
    return new SafeString(`<span data-figure="${given.id}" data-kind="${kind}">${written}</span>`);
  }

  const filling = (value: unknown): Filling | Counted => {
    if (!(value instanceof Figure)) return value as Filling;
    return { value: value.value ?? Number.NaN, markup: figure("number", value).toString() };
  };

  const texts = (hash: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(hash).map(([name, value]) => [name, filling(value)]));

  const dated = (format: (value: string | null) => string) => (value: unknown) =>
    format(plain(value) as string | null);

  return {
    t: (key: string, { hash }: HelperOptions) => new SafeString(locale.markup(key, texts(hash))),
    key: (...parts: unknown[]) => parts.slice(0, -1).map(plain).join("."),
    number: (value: unknown) => figure("number", value),
    points: (value: unknown, { hash }: HelperOptions) =>
      figure("points", value, hash.column === true ? formats.pointsColumn : formats.points),
    numberChange: (value: unknown) => figure("numberChange", value),
    pointsChange: (value: unknown) => figure("pointsChange", value),
    percent: (value: unknown) => figure("percent", value),
    date: dated(formats.date),
    shortDate: dated(formats.shortDate),
    time: dated(formats.time),
    text: (value: unknown) => {
      const text = plain(value);
      return text === null || text === "" ? Formats.UNKNOWN : String(text);
    },
    /** A string from the cloud within a sentence: whichever way it is written, the sentence stays as it is. */
    isolated: (text: unknown) => new SafeString(`<bdi>${escapeExpression(String(plain(text) ?? ""))}</bdi>`),
    plain: (markup: unknown) => new SafeString(withoutMarkup(escapeExpression(markup as string))),
    level,
    direction,
    eq: (a: unknown, b: unknown) => plain(a) === plain(b),
    gt: (a: unknown, b: unknown) => Number(plain(a) ?? Number.NaN) > Number(plain(b)),
    not: (a: unknown) => !isTrue(a),
    and: (...all: unknown[]) => all.slice(0, -1).every(isTrue),
    or: (...all: unknown[]) => all.slice(0, -1).some(isTrue),
    known: (value: unknown) => plain(value) !== null && plain(value) !== undefined,
    if(this: unknown, condition: unknown, options: HelperOptions) {
      const value = typeof condition === "function" ? condition.call(this) : condition;
      return isTrue(value) ? options.fn(this) : options.inverse(this);
    },
    unless(this: unknown, condition: unknown, options: HelperOptions) {
      return isTrue(condition) ? options.inverse(this) : options.fn(this);
    },
    where: (rows: Rows, column: string, value: unknown) => groups(rows, column).get(plain(value)) ?? [],
    first: (rows: Rows) => rows[0] ?? null,
    /** How many rows a dataset has, and how many are left after the first few. */
    count: (name: string, { data }: HelperOptions) => counted(name, 0, data.root),
    rest: (name: string, shown: unknown, { data }: HelperOptions) =>
      counted(name, Number(plain(shown)), data.root),
    take: (list: Rows, count: unknown) => list.slice(0, Number(plain(count))),
    chart: (name: string, rows: Rows, { hash, data }: HelperOptions) => {
      const { alt = "", ...columns } = hash as Record<string, unknown>;
      const alternative = withoutMarkup(escapeExpression(alt as string));
      const drawn = chartRows(rows, columns, { locale, write, root: data.root });
      const others = Object.entries(columns).filter((entry): entry is [string, Rows] =>
        Array.isArray(entry[1]),
      );
      const beside = Object.fromEntries(others.map(([dataset, each]) => [dataset, each.map(plainRow)]));
      return new SafeString(chart({ name, data: { ...beside, rows: drawn }, alternative }));
    },
  };
}
