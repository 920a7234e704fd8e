import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { IntlMessageFormat } from "intl-messageformat";
import { parse } from "yaml";
import { TemplateError, UnknownLocaleError } from "./errors.ts";
import type { ReportDefinition } from "./report-definition.ts";

/** The words of a report in one language, by dotted key. Messages are ICU MessageFormat. */
export class Locale {
  readonly tag: string;
  readonly #file: string;
  readonly #messages = new Map<string, string>();
  readonly #formats = new Map<string, IntlMessageFormat>();

  constructor(tag: string, file: string, words: unknown) {
    this.tag = tag;
    this.#file = file;
    this.#flatten("", words);
  }

  #flatten(prefix: string, words: unknown): void {
    for (const [key, value] of Object.entries(words ?? {})) {
      if (typeof value === "object") this.#flatten(`${prefix}${key}.`, value);
      else this.#messages.set(prefix + key, String(value));
    }
  }

  has(key: string): boolean {
    return this.#messages.has(key);
  }

  /** @throws TemplateError where the key or a value that the message needs is not there */
  text(key: string, values: Record<string, string | number> = {}): string {
    const message = this.#messages.get(key);
    if (message === undefined) throw new TemplateError(this.#file, `there is no text "${key}"`);
    try {
      let format = this.#formats.get(key);
      if (format === undefined) {
        format = new IntlMessageFormat(message, this.tag, undefined, { ignoreTag: true });
        this.#formats.set(key, format);
      }
      return String(format.format(values));
    } catch (error) {
      throw new TemplateError(
        this.#file,
        `"${key}" cannot be put into words: ${(error as Error).message}`,
        error,
      );
    }
  }
}

/** @throws UnknownLocaleError, TemplateError */
export function readLocale(definition: ReportDefinition, tag: string): Locale {
  const folder = join(definition.folder, "locales");
  const known = readdirSync(folder).map((name) => name.replace(/\.yaml$/, ""));
  if (!known.includes(tag)) throw new UnknownLocaleError(definition.name, tag, known);
  const file = join(folder, `${tag}.yaml`);
  return new Locale(tag, file, parse(readFileSync(file, "utf8")));
}
