import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import Handlebars from "handlebars";
import { type ChartRow, drawChart } from "./chart.ts";
import { TemplateError } from "./errors.ts";
import { fontFaces } from "./fonts.ts";
import { Formats } from "./formats.ts";
import { helpers } from "./helpers.ts";
import type { Locale } from "./locale.ts";
import type { ReportModel } from "./model.ts";
import type { ReportDefinition } from "./report-definition.ts";

/** The template that holds the others. */
const FRAME = "report";

interface PendingChart {
  slot: string;
  name: string;
  rows: readonly ChartRow[];
  alternative: string;
}

const filesOf = (folder: string, end: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(end))
    .sort()
    .map((name) => join(folder, name));

function fill(definition: ReportDefinition, engine: typeof Handlebars, data: object): string {
  const folder = join(definition.folder, "templates");
  for (const file of filesOf(folder, ".hbs")) {
    engine.registerPartial(basename(file, ".hbs"), readFileSync(file, "utf8"));
  }
  try {
    return engine.compile(`{{> ${FRAME}}}`, { strict: true })(data);
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    throw new TemplateError(folder, (error as Error).message, error);
  }
}

function drawCharts(
  definition: ReportDefinition,
  locale: Locale,
  html: string,
  charts: readonly PendingChart[],
): string {
  const folder = join(definition.folder, "charts");
  let drawn = html;
  for (const [number, { slot, name, rows, alternative }] of charts.entries()) {
    const file = join(folder, `${name}.vl.json`);
    const order = { file, themes: [join(folder, "theme.json")], locale: locale.tag, noData: Formats.UNKNOWN };
    const svg = drawChart({ ...order, id: `chart-${number}` }, { rows });
    const figure = `<div class="chart" role="img" aria-label="${Handlebars.escapeExpression(alternative)}">${svg}</div>`;
    // a function, since "$&" in a name would mean something in a replacement string
    drawn = drawn.replace(slot, () => figure);
  }
  return drawn;
}

/**
 * A report as one HTML document that needs nothing from anywhere: charts, styles and fonts are in it. All
 * that comes from the model is escaped.
 *
 * @throws TemplateError
 */
export async function renderHtml(
  definition: ReportDefinition,
  locale: Locale,
  model: ReportModel,
): Promise<string> {
  const engine = Handlebars.create();
  const charts: PendingChart[] = [];
  const chartSlot = (name: string, rows: readonly ChartRow[], alternative: string): string => {
    // unguessable, so that no string from the cloud can be taken for one
    const slot = `<!--chart ${randomBytes(16).toString("hex")}-->`;
    charts.push({ slot, name, rows, alternative });
    return slot;
  };
  engine.registerHelper(helpers(locale, chartSlot));
  const body = drawCharts(
    definition,
    locale,
    fill(definition, engine, { ...model, locale: locale.tag }),
    charts,
  );
  const styles = filesOf(join(definition.folder, "styles"), ".css").map((file) => readFileSync(file, "utf8"));
  return body.replace("</head>", () => `<style>${fontFaces(body)}\n${styles.join("\n")}</style></head>`);
}
