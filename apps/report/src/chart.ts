import { loader, None, SVGStringRenderer, textMetrics, View } from "vega";
import { chartLocale } from "./chart-locale.ts";
import { type ChartProgram, chartProgram } from "./chart-program.ts";
import { chartScene } from "./chart-scene.ts";
import { emptyChart, tidySvg } from "./chart-svg.ts";
import { chartTextWidth } from "./chart-text-width.ts";
import { TemplateError } from "./errors.ts";

/** One row of a chart's data. Null is a gap, never a zero. */
export type ChartRow = Record<string, string | number | boolean | null>;

/** Rows by the name that the spec gives its data; most have `rows` alone. */
export type ChartData = { rows: readonly ChartRow[] } & Record<string, readonly ChartRow[]>;

export interface ChartOrder {
  /** The spec: `charts/<name>.vl.json` of the last layer that has it. */
  file: string;
  /** `charts/theme.json` of each layer that has one, the later over the earlier. */
  themes: readonly string[];
  /** Language of numbers and dates on the axes, such as `zh-Hans`. */
  locale: string;
  /** Unique in its document, such as `chart-3`: ids within the SVG begin with it. */
  id: string;
  /** What stands in the place of a chart without data, in the reader's language. */
  noData: string;
  /** The words that the spec asks for, in the reader's language. */
  words?: Readonly<Record<string, string>>;
}

/** A row of vega's own, since it writes into the rows it is given: dates as numbers, what is no number as a gap. */
function ownRow(row: ChartRow, dates: readonly string[]): ChartRow {
  const own: ChartRow = {};
  for (const [column, value] of Object.entries(row)) {
    if (dates.includes(column) && typeof value === "string") own[column] = Date.parse(value);
    else own[column] = typeof value === "number" && !Number.isFinite(value) ? null : value;
  }
  return own;
}

/** Whether there is a value in any of the columns that the chart is about. */
const hasValue = (rows: readonly ChartRow[], { values }: ChartProgram): boolean =>
  rows.some((row) => values.length === 0 || values.some((column) => Number.isFinite(row[column])));

function wordsFor({ file, words: wanted }: ChartProgram, given: Readonly<Record<string, string>> = {}) {
  const missing = wanted.filter((word) => given[word] === undefined);
  if (missing.length > 0)
    throw new TemplateError(file, `asks for words that are not given: ${missing.join(", ")}`);
  return given;
}

/** Views by program and locale: what costs most is to build one, and a run leaves nothing in it but its rows. */
const views = new WeakMap<ChartProgram, Map<string, View>>();

function viewOf(program: ChartProgram, locale: string): View {
  const known = views.get(program) ?? new Map<string, View>();
  views.set(program, known);
  // silent: a chart without data is drawn, not warned about
  const view =
    known.get(locale) ??
    new View(program.runtime, { renderer: "none", logLevel: None }).locale(chartLocale(locale));
  known.set(locale, view);
  return view;
}

function draw(program: ChartProgram, order: ChartOrder, data: ChartData): string {
  const view = viewOf(program, order.locale);
  if (program.words.length > 0) view.signal("words", { ...wordsFor(program, order.words) });
  for (const [name, dates] of program.datasets) {
    view.data(
      name,
      (data[name] ?? []).map((row) => ownRow(row, dates)),
    );
  }
  textMetrics.width = chartTextWidth;
  view.run();
  const { left, right, top, bottom } = program.padding;
  return new SVGStringRenderer(loader())
    .initialize(null, view.width() + left + right, view.height() + top + bottom, [left, top])
    .render(chartScene(view))
    .svg();
}

/**
 * A chart as SVG, drawn from a Vega-Lite spec. The same rows give the same bytes. In a text that prints a figure,
 * `description` names the column with the figure's id; it comes back as `data-figure`.
 *
 * @throws TemplateError
 */
export function drawChart(order: ChartOrder, data: ChartData): string {
  const program = chartProgram(order.file, order.themes);
  if (!hasValue(data.rows, program)) return emptyChart(program, order.noData);
  try {
    const svg = draw(program, order, data);
    // ids are kept in a view's marks: the next drawing would count them from another number
    if (!program.steady || svg.includes(' id="')) views.get(program)?.delete(order.locale);
    return tidySvg(svg, order.id);
  } catch (error) {
    views.get(program)?.delete(order.locale);
    if (error instanceof TemplateError) throw error;
    throw new TemplateError(order.file, `cannot be drawn: ${(error as Error).message}`, error);
  }
}
