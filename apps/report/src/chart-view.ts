import { None, SVGStringRenderer, textMetrics, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { type ShutLoader, shutLoader } from "./chart/shut-loader.ts";
import type { ChartData, ChartOrder, ChartRow } from "./chart.ts";
import { chartLocale } from "./chart-locale.ts";
import type { ChartProgram } from "./chart-program.ts";
import { chartScene } from "./chart-scene.ts";
import type { ChartSpec } from "./chart-spec.ts";
import { chartTextWidth } from "./chart-text-width.ts";
import { TemplateError } from "./errors.ts";

/** A row of vega's own, since it writes into the rows it is given: dates as numbers, what is no number as a gap. */
function ownRow(row: ChartRow, dates: readonly string[]): ChartRow {
  const own: ChartRow = {};
  for (const [column, value] of Object.entries(row)) {
    if (dates.includes(column) && typeof value === "string") own[column] = Date.parse(value);
    else own[column] = typeof value === "number" && !Number.isFinite(value) ? null : value;
  }
  return own;
}

function wordsFor({ file, words: wanted }: ChartSpec, given: Readonly<Record<string, string>> = {}) {
  const missing = wanted.filter((word) => given[word] === undefined);
  if (missing.length > 0)
    throw new TemplateError(file, `asks for words that are not given: ${missing.join(", ")}`);
  return given;
}

/** A view, and what it has tried to read. */
interface ShutView {
  view: View;
  loader: ShutLoader;
}

/** Views by program and locale: what costs most is to build one. */
const views = new WeakMap<ChartProgram, Map<string, ShutView>>();

/** Rows into a view, and what follows from them. */
function run(
  { view, loader }: ShutView,
  { datasets, spec }: ChartProgram,
  data: Record<string, readonly ChartRow[]>,
): void {
  for (const [name, dates] of datasets) {
    const rows = data[name] ?? [];
    view.data(
      name,
      rows.map((row) => ownRow(row, dates)),
    );
  }
  view.run();
  refuseReading(loader, spec);
}

/** @throws TemplateError where an address was asked for that the spec put together while it was drawn */
function refuseReading({ refused: [address] }: ShutLoader, { file }: ChartSpec): void {
  if (address === undefined) return;
  throw new TemplateError(
    file,
    `asks for ${JSON.stringify(address.slice(0, 200))}; a chart draws the rows that its template gives it, and reads nothing else`,
  );
}

function openView({ runtime }: ChartProgram, locale: string): ShutView {
  const loader = shutLoader();
  // silent: a chart without data is drawn, not warned about
  const options = { renderer: "none", logLevel: None, loader, expr: expressionInterpreter } as const;
  return { view: new View(runtime, options).locale(chartLocale(locale)), loader };
}

function takeView(program: ChartProgram, locale: string): ShutView {
  const kept = views.get(program)?.get(locale);
  views.get(program)?.delete(locale);
  if (kept === undefined) return openView(program, locale);
  if (program.reuse === "emptied") run(kept, program, {});
  return kept;
}

function keepView(program: ChartProgram, locale: string, view: ShutView): void {
  const known = views.get(program) ?? new Map<string, ShutView>();
  views.set(program, known.set(locale, view));
}

/** A chart as vega writes it. A view that fails is not kept. @throws TemplateError */
export function drawView(program: ChartProgram, order: ChartOrder, data: ChartData): string {
  textMetrics.width = chartTextWidth;
  const shut = takeView(program, order.locale);
  const { view, loader } = shut;
  if (program.spec.words.length > 0) view.signal("words", { ...wordsFor(program.spec, order.words) });
  run(shut, program, data);
  const { left, right, top, bottom } = program.spec.padding;
  const svg = new SVGStringRenderer(loader)
    .initialize(null, view.width() + left + right, view.height() + top + bottom, [left, top])
    .render(chartScene(view))
    .svg();
  refuseReading(loader, program.spec);
  // ids are kept in a view's marks: the next drawing would count them from another number
  if (program.reuse !== "never" && !svg.includes(' id="')) keepView(program, order.locale, shut);
  return svg;
}
