import Handlebars from "handlebars";
import { TemplateError } from "./errors.ts";

/** A failure of which the file, and the place in it, is known. */
export class TemplateFailure extends TemplateError {}

interface Place {
  line: number;
  column?: number;
}

/** Where it was, if the error tells: those of Handlebars have it as properties, or in the message. */
function placeOf(error: Error): Place | null {
  const { lineNumber, column } = error as { lineNumber?: unknown; column?: unknown };
  if (typeof lineNumber === "number")
    return { line: lineNumber, ...(typeof column === "number" && { column }) };
  const { line } = /on line (?<line>\d+)/.exec(error.message)?.groups ?? {};
  return line === undefined ? null : { line: Number(line) };
}

/** Where a template calls a partial that is not there, which Handlebars does not tell. */
function placeOfPartial(source: string, name: string): Place | null {
  let place: Place | null = null;
  const visitor = new Handlebars.Visitor();
  visitor.PartialStatement = ({ name: called, loc: { start } }) => {
    const isCalled = called.type !== "PathExpression" || (called as hbs.AST.PathExpression).original === name;
    if (isCalled) place ??= start;
  };
  visitor.accept(Handlebars.parse(source));
  return place;
}

/** The expression at a place, as the template has it. */
function expressionAt(source: string, { line, column }: Place): string {
  const text = source.split("\n")[line - 1] ?? "";
  const from = text.lastIndexOf("{{", column ?? text.length);
  const to = text.indexOf("}}", from);
  return from < 0 || to < 0 ? text.trim() : text.slice(from, text.startsWith("}", to + 2) ? to + 3 : to + 2);
}

/** What Handlebars says, in words of ours. */
function reasonOf(message: string): string {
  const [first = ""] = message.replace(/ - \d+:\d+$/, "").split("\n", 1);
  if (first.startsWith("Parse error")) return "it cannot be read as Handlebars";
  const { name, owner } = /^"(?<name>.+)" not defined in (?<owner>.*)$/.exec(first)?.groups ?? {};
  if (name === undefined) return first;
  return owner === "null" || owner === "undefined"
    ? `"${name}" is asked of what is not there; ask {{#if …}} first`
    : `there is no "${name}" here`;
}

/** An error in a template, with its file, line and expression. */
export function templateFailure(file: string, source: string, error: unknown): TemplateFailure {
  if (error instanceof TemplateFailure) return error;
  const given = error as Error;
  const partial = /^The partial (\S+) could not be found/.exec(given.message)?.[1];
  const place = partial === undefined ? placeOf(given) : placeOfPartial(source, partial);
  const where = place === null ? "" : `line ${place.line}, ${expressionAt(source, place)}: `;
  const why =
    partial === undefined ? reasonOf(given.message) : `there is no templates/${partial}.hbs in any layer`;
  return new TemplateFailure(file, where + why, given);
}

/** An error of a helper, with the place where the template calls it. */
export function failureAt(error: unknown, loc: hbs.AST.SourceLocation): Error {
  if (error instanceof TemplateFailure || error instanceof Handlebars.Exception) return error;
  const failure = new Handlebars.Exception((error as Error).message, { type: "", loc });
  return Object.assign(failure, { cause: error });
}
