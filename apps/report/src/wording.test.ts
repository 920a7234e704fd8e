import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import Handlebars from "handlebars";
import { expect, test } from "vitest";
import { readLocale } from "./locale.ts";
import { readDefinition, reportsIn } from "./report-definition.ts";

const REPORTS_DIR = fileURLToPath(new URL("../../../reports", import.meta.url));
/** Attributes that a reader sees or hears. */
const READ = /\b(?:alt|title|aria-label|placeholder)="([^"]*)"/g;

const definitionOf = (report: string) => readDefinition(REPORTS_DIR, report);
const REPORTS = reportsIn(REPORTS_DIR);

const templatesOf = (report: string): Map<string, hbs.AST.Program> => {
  const files = definitionOf(report).layers.byName("templates", ".hbs").values();
  return new Map(
    [...files].map(({ path }) => [basename(path), Handlebars.parse(readFileSync(path, "utf8"))]),
  );
};

/** The content of a template in its order, without what mustaches write. */
class Content extends Handlebars.Visitor {
  text = "";
  override ContentStatement({ value }: hbs.AST.ContentStatement): void {
    this.text += value;
  }
}

/** What a template itself says to a reader. */
function wordsIn(template: hbs.AST.Program): string[] {
  const content = new Content();
  content.accept(template);
  const shown = content.text.replace(/<style>.*?<\/style>/gs, "");
  const texts = shown.replace(/<[^>]*>/g, "\n").split("\n");
  const attributes = [...shown.matchAll(READ)].map(([, value = ""]) => value);
  return [...texts, ...attributes].map((text) => text.trim()).filter((text) => /\p{L}/u.test(text));
}

/** The keys that `t` is called with, and the beginnings of those that `key` puts together. */
class Keys extends Handlebars.Visitor {
  whole: string[] = [];
  begun: string[] = [];
  #take({ path, params: [first] }: hbs.AST.MustacheStatement | hbs.AST.SubExpression): void {
    if (first?.type !== "StringLiteral") return;
    const { value } = first as hbs.AST.StringLiteral;
    const helper = (path as hbs.AST.PathExpression).original;
    if (helper === "t") this.whole.push(value);
    if (helper === "key") this.begun.push(`${value}.`);
  }
  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    this.#take(mustache);
    super.MustacheStatement(mustache);
  }
  override SubExpression(expression: hbs.AST.SubExpression): void {
    this.#take(expression);
    super.SubExpression(expression);
  }
}

test.each(REPORTS)("the templates of %s have no words of their own", (report) => {
  const words = [...templatesOf(report)].map(([file, template]) => [file, wordsIn(template)]);
  expect(words.filter(([, found]) => found?.length !== 0)).toEqual([]);
});

test.each([
  ["<p>Hello</p>", ["Hello"]],
  ['<img alt="A chart">', ["A chart"]],
  ['<p class="note {{#if a}}full{{else}}part{{/if}}">{{t "a"}} · 1</p>', []],
  ["<p>{{#if a}}yes{{/if}}</p>", ["yes"]],
])("words outside the locales are found: %s", (source, words) => {
  expect(wordsIn(Handlebars.parse(source))).toEqual(words);
});

test.each(REPORTS)("every text that the templates of %s ask for is there", (report) => {
  const locale = readLocale(definitionOf(report), "en");
  const known = locale.entries().map(([key]) => key);
  const keys = new Keys();
  // a template that no section leads to belongs to another report
  for (const template of reachable(report)) keys.accept(template);
  expect(keys.whole.length).toBeGreaterThan(20);
  expect(keys.whole.filter((key) => !locale.has(key))).toEqual([]);
  expect(keys.begun.filter((begin) => !known.some((key) => key.startsWith(begin)))).toEqual([]);
});

/** The frames, the sections, and the partials that they call. */
function reachable(report: string): hbs.AST.Program[] {
  const all = templatesOf(report);
  const found = new Map<string, hbs.AST.Program>();
  const visit = (name: string): void => {
    const template = all.get(`${name}.hbs`);
    if (template === undefined || found.has(name)) return;
    found.set(name, template);
    const partials = new Partials();
    partials.accept(template);
    partials.names.forEach(visit);
  };
  ["report", "mail", "mail-text", "mail-subject", ...LETTERS, ...definitionOf(report).sections].forEach(
    visit,
  );
  return [...found.values()];
}

const LETTERS = ["mail-notice", "mail-notice-text", "letter", "letter-text", "letter-subject"];

class Partials extends Handlebars.Visitor {
  names: string[] = [];
  override PartialStatement(partial: hbs.AST.PartialStatement): void {
    if (partial.name.type === "PathExpression")
      this.names.push((partial.name as hbs.AST.PathExpression).original);
    super.PartialStatement(partial);
  }
}
