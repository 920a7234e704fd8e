import Handlebars, { type HelperDelegate, type HelperOptions } from "handlebars";
import { readSourceText } from "./definition/read-source.ts";
import type { SourceFile } from "./definition/source-file.ts";
import { Figure } from "./figure.ts";
import type { ReportDefinition } from "./report-definition.ts";
import { BARE, parseStrictly } from "./strict-template.ts";
import { failureAt, templateFailure } from "./template-failure.ts";

/** The template that holds the others. */
export type Frame =
  | "report"
  | "mail"
  | "mail-text"
  | "mail-subject"
  | "mail-notice"
  | "mail-notice-text"
  | "letter"
  | "letter-text"
  | "letter-subject";

/** One template as a partial whose failures name its file; compiled when it is first called. */
function compiled(engine: typeof Handlebars, file: SourceFile): Handlebars.Template {
  const source = readSourceText(file);
  const isHelper = (name: string) => Object.hasOwn(engine.helpers, name);
  let template: Handlebars.TemplateDelegate | undefined;
  return (context, options) => {
    try {
      template ??= engine.compile(parseStrictly(source, isHelper), { strict: true });
      return template(context, options);
    } catch (error) {
      throw templateFailure(file.path, source, error);
    }
  };
}

/** A helper whose failures know the place of its call. */
const placed = (helper: HelperDelegate): HelperDelegate =>
  function placedHelper(this: unknown, ...args: unknown[]) {
    try {
      return helper.apply(this, args as Parameters<HelperDelegate>);
    } catch (error) {
      throw failureAt(error, (args.at(-1) as HelperOptions & { loc: hbs.AST.SourceLocation }).loc);
    }
  };

function bare(value: unknown): unknown {
  return value instanceof Figure ? value.toHTML() : value;
}

/** Handlebars' own `log` would write to the terminal; it takes for granted that there is one. */
const noLog = (): never => {
  throw new Error('there is no "log" here');
};

/** The templates of a report with the helpers of one document, as a function of what they see. */
export function openTemplates(
  definition: ReportDefinition,
  helpers: Record<string, HelperDelegate>,
  frame: Frame = "report",
): (data: object) => string {
  const engine = Handlebars.create();
  for (const [name, helper] of Object.entries({ ...engine.helpers, ...helpers, log: noLog, [BARE]: bare })) {
    engine.registerHelper(name, placed(helper));
  }
  for (const [name, file] of definition.layers.byName("templates", ".hbs")) {
    engine.registerPartial(name, compiled(engine, file));
  }
  const whole = engine.compile(`{{> ${frame}}}`);
  return (data) => whole(data);
}
