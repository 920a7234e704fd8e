/// <reference path="./vega.d.ts" />
import { chartProgram } from "./chart-program.ts";
import { chartSpec } from "./chart-spec.ts";
import { emptyChart, tidySvg } from "./chart-svg.ts";
import { drawView } from "./chart-view.ts";
import type { SourceFile } from "./definition/source-file.ts";
import { TemplateError } from "./errors.ts";
import type { Palette } from "./palette.ts";
import { drawSparkline } from "./sparkline.ts";

/** One row of a chart's data. Null is a gap, never a zero. */
export type ChartRow = Record<string, string | number | boolean | null>;

/** Rows by the name that the spec gives its data; most have `rows` alone. */
export type ChartData = { rows: readonly ChartRow[] } & Record<string, readonly ChartRow[]>;

export interface ChartOrder {
  /** The spec: `charts/<name>.vl.json` (Vega-Lite) or `charts/<name>.json` of the last layer that has it. */
  file: SourceFile;
  /** `charts/theme.json` of each layer that has one, the later over the earlier. */
  themes: readonly SourceFile[];
  /** What `var(--accent)` stands for in a spec. */
  palette: Palette;
  /** Language of numbers and dates on the axes, such as `zh-Hans`. */
  locale: string;
  /** Unique in its document, such as `chart-3`: ids within the SVG begin with it. */
  id: string;
  /** What stands in the place of a chart without data, in the reader's language. */
  noData: string;
  /** The words that the spec asks for, in the reader's language. */
  words?: Readonly<Record<string, string>>;
}

/** Whether there is a value in any of the columns that the chart is about. */
const hasValue = (rows: readonly ChartRow[], values: readonly string[]): boolean =>
  rows.some((row) => values.length === 0 || values.some((column) => Number.isFinite(row[column])));

/**
 * A chart as SVG, drawn from a Vega-Lite spec or a sparkline's. The same rows give the same bytes. In a text that prints a figure,
 * `description` names the column with the figure's id; it comes back as `data-figure`.
 *
 * @throws TemplateError
 */
export function drawChart(order: ChartOrder, data: ChartData): string {
  const spec = chartSpec(order.file, order.themes, order.palette);
  if (!hasValue(data.rows, spec.values)) return emptyChart(spec, order.noData);
  if (spec.json.type === "sparkline") return drawSparkline(spec, data.rows);
  try {
    return tidySvg(drawView(chartProgram(spec), order, data), order.id);
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    throw new TemplateError(order.file.path, `cannot be drawn: ${(error as Error).message}`, error);
  }
}
