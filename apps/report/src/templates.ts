import { readFileSync } from "node:fs";
import Handlebars, { type HelperDelegate } from "handlebars";
import { TemplateError } from "./errors.ts";
import type { ReportDefinition } from "./report-definition.ts";

/** The template that holds the others. */
export type Frame = "report" | "mail" | "mail-text";

/** Where in a template something failed, if the message tells: `… - 12:8`, or `… on line 12`. */
function expressionAt(source: string, message: string): string {
  const { line, column } =
    / - (?<line>\d+):(?<column>\d+)$/.exec(message)?.groups ??
    /on line (?<line>\d+)/.exec(message)?.groups ??
    {};
  if (line === undefined) return "";
  const text = source.split("\n")[Number(line) - 1] ?? "";
  const from = text.lastIndexOf("{{", Number(column ?? text.length));
  const to = text.indexOf("}}", from);
  const expression = from < 0 || to < 0 ? text.trim() : text.slice(from, to + 2);
  return `line ${line}, ${expression}: `;
}

/** One template as a partial whose failures name its file. */
function compiled(engine: typeof Handlebars, file: string): Handlebars.Template {
  const source = readFileSync(file, "utf8");
  const told = (error: unknown): TemplateError => {
    if (error instanceof TemplateError) return error;
    const message = (error as Error).message;
    const [why = ""] = message.split("\n", 1);
    return new TemplateError(
      file,
      `${expressionAt(source, message)}${why.replace(/ - \d+:\d+$/, "")}`,
      error,
    );
  };
  const template = engine.compile(source, { strict: true });
  return (context, options) => {
    try {
      return template(context, options);
    } catch (error) {
      throw told(error);
    }
  };
}

/** The templates of a report with the helpers of one document, as a function of what they see. */
export function openTemplates(
  definition: ReportDefinition,
  helpers: Record<string, HelperDelegate>,
  frame: Frame = "report",
): (data: object) => string {
  const engine = Handlebars.create();
  engine.registerHelper(helpers);
  for (const [name, file] of definition.layers.byName("templates", ".hbs")) {
    engine.registerPartial(name, compiled(engine, file));
  }
  const whole = engine.compile(`{{> ${frame}}}`);
  return (data) => whole(data);
}
