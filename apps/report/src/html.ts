import { readFileSync } from "node:fs";

import { drawChart } from "./chart.ts";
import { FIGURE_KINDS, type FigureKind, type PrintedFigure } from "./figure.ts";
import { fontFaces } from "./fonts.ts";
import { type ChartOrder, helpers } from "./helpers.ts";
import type { Locale } from "./locale.ts";
import type { ReportDefinition } from "./report-definition.ts";
import { openTemplates } from "./templates.ts";
import { themeStyles } from "./theme.ts";

const slotOf = (index: number): string => `<!--chart ${index}-->`;

/** The labels of a drawn chart that are figures, marked as such: its text marks stand in the order of the rows. */
function withFigures(svg: string, { labels }: ChartOrder): string {
  let next = 0;
  const marked = (whole: string, open: string, text: string, close: string): string => {
    const found = labels.findIndex((label, index) => index >= next && label.text === text);
    if (found < 0) return whole;
    next = found + 1;
    return `${open}${labels[found]?.markup}${close}`;
  };
  return svg.replace(/<g class="mark-text role-mark[^>]*>.*?<\/g>/gs, (group) =>
    group.replace(/(<text [^>]*>)([^<]*)(<\/text>)/g, marked),
  );
}

/** Vega counts its ids through all charts of the process: here they begin anew with each document. */
function ownIds(): (svg: string) => string {
  const known = new Map<string, string>();
  return (svg) =>
    svg.replace(/( id="|url\(#)((?:clip|gradient_)\d+)/g, (_, before: string, id: string) => {
      known.set(id, known.get(id) ?? `chart-${known.size + 1}`);
      return `${before}${known.get(id)}`;
    });
}

async function drawCharts(
  definition: ReportDefinition,
  locale: Locale,
  html: string,
  charts: readonly ChartOrder[],
): Promise<string> {
  const drawn: string[] = [];
  const withIds = ownIds();
  for (const order of charts) {
    const svg = withIds(withFigures(await drawChart(definition, order.name, order.rows, locale), order));
    drawn.push(`<div class="chart" role="img" aria-label="${order.alternative}">${svg}</div>`);
  }
  // what comes from the cloud is escaped: no string of it can be taken for a slot
  return html.replace(/<!--chart (\d+)-->/g, (_, index: string) => drawn[Number(index)] ?? "");
}

/** Makes documents of one report in one language: compiled once, filled in as often as there are models. */
export function documentMaker(
  definition: ReportDefinition,
  locale: Locale,
): (data: object) => Promise<string> {
  let charts: ChartOrder[] = [];
  const fill = openTemplates(
    definition,
    helpers(locale, (order) => slotOf(charts.push(order) - 1)),
  );
  const styles = definition.layers.all("styles", ".css").map((file) => readFileSync(file, "utf8"));
  const looks = [...styles, themeStyles(definition.theme)].join("\n");
  return async (data) => {
    charts = [];
    const filled = fill(data);
    const body = await drawCharts(definition, locale, filled, charts);
    return body.replace("</head>", () => `<style>${fontFaces(body)}\n${looks}</style></head>`);
  };
}

const FIGURE = /<t?span data-figure="([^"]*)" data-kind="([^"]*)">([^<]*)<\/t?span>/g;

const isKind = (kind: string): kind is FigureKind => (FIGURE_KINDS as readonly string[]).includes(kind);

/** Every figure that a document prints, in its order. Strings in it are escaped: only helpers write this markup. */
export function figuresIn(html: string, worth: (id: string) => number | null | undefined): PrintedFigure[] {
  return [...html.matchAll(FIGURE)].map(([, id = "", kind = "", text = ""]) => {
    const value = worth(id);
    if (value === undefined || !isKind(kind))
      throw new Error(`There is no figure "${id}" of kind "${kind}".`);
    return { id, kind, text, value };
  });
}
