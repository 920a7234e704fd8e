import { fileURLToPath } from "node:url";
import { IntlMessageFormat } from "intl-messageformat";
import { expect, test } from "vitest";
import { type Locale, localesOf, readLocale } from "./locale.ts";
import { readDefinition, reportsIn } from "./report-definition.ts";

const REPORTS_DIR = fileURLToPath(new URL("../../../reports", import.meta.url));

/** The names that a message is filled in by. */
function placesOf(message: string): string[] {
  const names = new Set<string>();
  const walk = (nodes: readonly object[]): void => {
    for (const node of nodes as {
      type: number;
      value: string;
      options?: Record<string, { value: object[] }>;
    }[]) {
      if (node.type !== 0 && node.type !== 7) names.add(node.value);
      for (const option of Object.values(node.options ?? {})) walk(option.value);
    }
  };
  walk(new IntlMessageFormat(message, "en").getAst());
  return [...names].sort();
}

const wordsOf = (locale: Locale): Record<string, string[]> =>
  Object.fromEntries(locale.entries().map(([key, message]) => [key, placesOf(message)]));

test.each(reportsIn(REPORTS_DIR))(
  "%s says the same in every language, filled in by the same names",
  (name) => {
    const definition = readDefinition(REPORTS_DIR, name);
    const tags = localesOf(definition);
    expect(tags).toEqual(["en", "zh-Hans"]);
    const english = wordsOf(readLocale(definition, "en"));
    for (const tag of tags) expect(wordsOf(readLocale(definition, tag))).toEqual(english);
  },
);
