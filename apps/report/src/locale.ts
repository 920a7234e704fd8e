import { basename } from "node:path";
import Handlebars from "handlebars";
import { IntlMessageFormat } from "intl-messageformat";
import type { SourceFile } from "./definition/source-file.ts";
import { TemplateError, UnknownLocaleError } from "./errors.ts";
import { readYaml } from "./layers.ts";
import type { ReportDefinition } from "./report-definition.ts";
import { unescapeHtml } from "./unescape-html.ts";

/** What fills a place of a message: text to be escaped, or markup that is already (a figure, a date). */
export type Filling = string | number | Handlebars.SafeString;

/** A number that a message counts by, and the markup that stands for it in the text. */
export interface Counted {
  value: number;
  markup: string;
}

const isCounted = (value: Filling | Counted): value is Counted =>
  typeof value === "object" && "markup" in value;

type Node = ReturnType<IntlMessageFormat["getAst"]>[number];

const ARGUMENT = 1;
const NUMBERS = [2, 6] as const;
const POUND = 7;

/** A message in which `{name}` and `#` ask for `name#`, which is markup, while plurals count by `name`. */
function withPlaces(nodes: readonly Node[], counted: string | null): Node[] {
  return nodes.map((node) => {
    const own = node as { type: number; value?: string; options?: Record<string, { value: Node[] }> };
    if (own.type === ARGUMENT) return { ...own, value: `${own.value}#` } as Node;
    if (own.type === POUND && counted !== null) return { type: ARGUMENT, value: `${counted}#` } as Node;
    if (own.options === undefined) return node;
    const name = (NUMBERS as readonly number[]).includes(own.type) ? (own.value ?? null) : counted;
    const options = Object.entries(own.options).map(([key, option]) => [
      key,
      { ...option, value: withPlaces(option.value, name) },
    ]);
    return { ...own, options: Object.fromEntries(options) } as unknown as Node;
  });
}

interface Message {
  text: string;
  file: string;
}

/** The words of a report in one language, by dotted key. Messages are ICU MessageFormat. */
export class Locale {
  /** BCP 47, such as `zh-Hans`. */
  readonly tag: string;
  readonly #messages = new Map<string, Message>();
  readonly #formats = new Map<string, IntlMessageFormat>();

  constructor(tag: string, files: readonly SourceFile[]) {
    this.tag = tag;
    for (const file of files) this.#flatten("", readYaml(file), file.path);
  }

  #flatten(prefix: string, words: unknown, file: string): void {
    for (const [key, value] of Object.entries(words ?? {})) {
      if (typeof value === "object") this.#flatten(`${prefix}${key}.`, value, file);
      else this.#messages.set(prefix + key, { text: String(value), file });
    }
  }

  has(key: string): boolean {
    return this.#messages.has(key);
  }

  /** Every key with its message. */
  entries(): [key: string, text: string][] {
    return [...this.#messages].map(([key, { text }]) => [key, text]);
  }

  /** The texts under a key, by the rest of theirs. */
  under(prefix: string): Record<string, string> {
    const keys = [...this.#messages.keys()].filter((key) => key.startsWith(`${prefix}.`));
    return Object.fromEntries(keys.map((key) => [key.slice(prefix.length + 1), this.text(key)]));
  }

  #formatOf(key: string, text: string): IntlMessageFormat {
    const known = this.#formats.get(key);
    if (known !== undefined) return known;
    const ast = new IntlMessageFormat(text, this.tag, undefined, { ignoreTag: true }).getAst();
    const format = new IntlMessageFormat(withPlaces(ast, null), this.tag);
    this.#formats.set(key, format);
    return format;
  }

  /**
   * A message as markup: its words and the strings that fill it escaped, figures with their own markup.
   *
   * @throws TemplateError where the key or a value that the message needs is not there
   */
  markup(key: string, given: Readonly<Record<string, Filling | Counted>> = {}): string {
    const message = this.#messages.get(key);
    if (message === undefined)
      throw new TemplateError(`locales/${this.tag}.yaml`, `there is no text "${key}"`);
    const markups: string[] = [];
    // a private-use character cannot come from elsewhere: what is printed from the cloud has none
    const place = (markup: string): string => `\uE000${markups.push(markup) - 1}\uE001`;
    const values: Record<string, string | number> = {};
    for (const [name, value] of Object.entries(given)) {
      if (value instanceof Handlebars.SafeString) values[`${name}#`] = place(value.toString());
      else if (isCounted(value)) {
        values[name] = value.value;
        values[`${name}#`] = place(value.markup);
      } else {
        values[name] = value;
        values[`${name}#`] = value;
      }
    }
    try {
      const text = Handlebars.escapeExpression(String(this.#formatOf(key, message.text).format(values)));
      return text.replace(/\uE000(\d+)\uE001/g, (_, index: string) => markups[Number(index)] ?? "");
    } catch (error) {
      throw new TemplateError(
        message.file,
        `"${key}" cannot be put into words: ${(error as Error).message}`,
        error,
      );
    }
  }

  /** A message as plain text, where no markup can stand: a title, a sheet's name. @throws TemplateError */
  text(key: string, values: Readonly<Record<string, string | number>> = {}): string {
    return unescapeHtml(this.markup(key, values));
  }
}

/** The languages a report has, by tag. */
export const localesOf = ({ layers }: ReportDefinition): string[] =>
  [...layers.byName("locales", ".yaml").keys()].sort();

/** @throws UnknownLocaleError, TemplateError */
export function readLocale(definition: ReportDefinition, tag: string): Locale {
  const known = localesOf(definition);
  if (!known.includes(tag)) throw new UnknownLocaleError(definition.name, tag, known);
  const files = definition.layers
    .all("locales", ".yaml")
    .filter(({ path }) => basename(path, ".yaml") === tag);
  return new Locale(tag, files);
}
