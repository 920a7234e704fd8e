import { readFileSync } from "node:fs";
import { None, parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { TemplateError } from "./errors.ts";
import type { Locale } from "./locale.ts";
import type { ReportDefinition } from "./report-definition.ts";

/** One row of a chart's data. Null is a gap, never a zero. */
export type ChartRow = Record<string, string | number | null>;

function readSpec(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new TemplateError(file, `no chart: ${(error as Error).message}`, error);
  }
}

/**
 * A chart as SVG, drawn from `charts/<name>.vl.json` (Vega-Lite) with the looks of `charts/theme.json`.
 *
 * @throws TemplateError
 */
export async function drawChart(
  definition: ReportDefinition,
  name: string,
  rows: readonly ChartRow[],
  _locale: Locale,
): Promise<string> {
  const file = definition.layers.find("charts", `${name}.vl.json`);
  const spec = { ...readSpec(file), config: readSpec(definition.layers.find("charts", "theme.json")) };
  const named = { ...spec, datasets: { rows: rows.map((row) => ({ ...row })) } };
  try {
    const { spec: compiled } = compile(named as unknown as TopLevelSpec);
    // silent: a chart without data is drawn, not warned about
    const view = new View(parse(compiled), { renderer: "none", logLevel: None });
    const svg = await view.toSVG();
    view.finalize();
    return svg;
  } catch (error) {
    throw new TemplateError(file, `cannot be drawn: ${(error as Error).message}`, error);
  }
}
