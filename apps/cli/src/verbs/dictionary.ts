import { DICTIONARY, type DictionaryView, dictionaryMarkdown } from "@nightledger/store";
import { UsageError } from "../errors.ts";
import { EXIT, type ExitStatus } from "../exit-status.ts";
import { formatTable } from "../format-table.ts";
import { type Options, type Terminal, text, type Verb } from "../verb.ts";

const COLUMNS = ["view", "column", "meaning", "unit", "source"] as const;

function formatViews(views: readonly DictionaryView[]): string {
  const rows = views.flatMap(({ view, meaning, key, columns }) => [
    [view, "", `${meaning} Key: ${key.join(", ")}.`, "", ""],
    ...columns.map(({ column, meaning, unit, source }) => ["", column, meaning, unit ?? "", source ?? ""]),
  ]);
  return formatTable(COLUMNS, rows);
}

const FORMATS: Record<string, (views: readonly DictionaryView[]) => string> = {
  table: formatViews,
  json: (views) => `${JSON.stringify(views)}\n`,
  markdown: dictionaryMarkdown,
};

function viewsNamed(names: readonly string[]): readonly DictionaryView[] {
  const unknown = names.find((name) => !DICTIONARY.some(({ view }) => view === name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no view "${unknown}". "nightledger dictionary" lists them.`);
  }
  return names.length === 0 ? DICTIONARY : DICTIONARY.filter(({ view }) => names.includes(view));
}

async function runDictionary(
  terminal: Terminal,
  options: Options,
  operands: readonly string[],
): Promise<ExitStatus> {
  const name = text(options, "format") ?? (options.json === true ? "json" : "table");
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (format === undefined) {
    throw new UsageError(`There is no format "${name}". It is one of: ${Object.keys(FORMATS).join(", ")}.`);
  }
  terminal.out(format(viewsNamed(operands)));
  return EXIT.complete;
}

/** `nightledger dictionary` */
export const dictionaryVerb: Verb = {
  name: "dictionary",
  summary: "Say what every view and column of the ledger means.",
  operands: "[VIEW …]",
  options: {
    format: { type: "string", value: "table|json|markdown", help: "How it is written.", default: "table" },
    json: { type: "boolean", help: "The same as --format json." },
  },
  run: runDictionary,
};
