import { basename } from "node:path";
import type { drawChart } from "./chart.ts";
import { readSourceText } from "./definition/read-source.ts";
import type { SourceFile } from "./definition/source-file.ts";
import { FIGURE_KINDS, type FigureKind, type PrintedFigure } from "./figure.ts";
import { fontFaces } from "./fonts.ts";
import { type ChartOrder, helpers } from "./helpers.ts";
import { withPolicy } from "./html/content-policy.ts";
import type { Locale } from "./locale.ts";
import type { ReportDefinition } from "./report-definition.ts";
import { openTemplates } from "./templates.ts";
import { fontChoice, themeStyles } from "./theme.ts";

const slotOf = (index: number): string => `<!--chart ${index}-->`;

/** A figure in a drawn chart: its text is named after the id and the kind, as helpers gave them. */
const LABEL = /<text data-figure="([^" ]+) ([a-zA-Z]+)"([^>]*)>([^<]*)<\/text>/g;

const withFigures = (svg: string): string =>
  svg.replace(
    LABEL,
    (_, id: string, kind: string, attributes: string, text: string) =>
      `<text${attributes}><tspan data-figure="${id}" data-kind="${kind}">${text}</tspan></text>`,
  );

/** A chart with what it says in words. One without text would be lost to a PDF's structure, but for an image. */
function placed(svg: string, alternative: string): string {
  if (svg.includes("<text")) {
    return `<div class="chart" role="img" aria-label="${alternative}">${withFigures(svg)}</div>`;
  }
  const data = Buffer.from(svg).toString("base64");
  return `<img class="chart" alt="${alternative}" src="data:image/svg+xml;base64,${data}">`;
}

/** Where a chart's spec is. @throws TemplateError */
function specFinder({ layers }: ReportDefinition): (name: string) => SourceFile {
  const specs = new Map([...layers.byName("charts", ".json"), ...layers.byName("charts", ".vl.json")]);
  return (name) => specs.get(name) ?? layers.find("charts", `${name}.vl.json`);
}

interface OrderedChart extends ChartOrder {
  file: SourceFile;
}

function drawCharts(
  draw: typeof drawChart,
  { layers, palette }: ReportDefinition,
  locale: Locale,
  html: string,
  charts: readonly OrderedChart[],
): string {
  const themes = layers.all("charts", "theme.json").filter(({ path }) => basename(path) === "theme.json");
  const words = locale.under("chart");
  const noData = locale.text("none.data");
  const drawn = charts.map(({ file, data, alternative }, index) => {
    const order = { file, themes, palette, locale: locale.tag, id: `chart-${index}`, noData, words };
    return placed(draw(order, data), alternative);
  });
  // what comes from the cloud is escaped: no string of it can be taken for a slot
  return html.replace(/<!--chart (\d+)-->/g, (_, index: string) => drawn[Number(index)] ?? "");
}

/** Makes documents of one report in one language: compiled once, filled in as often as there are models. */
export function documentMaker(
  definition: ReportDefinition,
  locale: Locale,
): (data: object) => Promise<string> {
  let charts: OrderedChart[] = [];
  const fileOf = specFinder(definition);
  const fill = openTemplates(
    definition,
    helpers(locale, (order) => slotOf(charts.push({ ...order, file: fileOf(order.name) }) - 1)),
  );
  const styles = definition.layers.all("styles", ".css").map(readSourceText);
  const fonts = fontChoice(definition.theme);
  const looks = [...styles, themeStyles(definition.theme)].join("\n");
  return async (data) => {
    charts = [];
    const filled = fill(data);
    const ordered = charts;
    // what draws them is large, and not every command gets here
    const { drawChart } = await import("./chart.ts");
    const drawn = drawCharts(drawChart, definition, locale, filled, ordered);
    const body = withPolicy(drawn, "templates/report.hbs");
    return body.replace("</head>", () => `<style>${fontFaces(body, fonts)}\n${looks}</style></head>`);
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
