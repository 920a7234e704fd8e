import type { DictionaryColumn, DictionaryView } from "./dictionary.ts";

const typeOf = (column: string): string =>
  /_date$/.test(column) ? "date" : /^((target|run)_id|minute|place)$/.test(column) ? "integer" : "text";

const entityOf = ({ view, key }: DictionaryView): string[] => [
  `  ${view} {`,
  ...key.map((column) => `    ${typeOf(column)} ${column} PK`),
  "  }",
];

const relationOf = ({ view, key, joins }: DictionaryView): string[] => {
  if (joins === null) return [];
  const many = key.some((column) => !joins.on.includes(column));
  return [`  ${joins.view} ${many ? "||--o{" : "||--o|"} ${view} : "${joins.on.join(", ")}"`];
};

const cell = (text: string | null): string => (text === null ? "" : text.replaceAll("|", "\\|"));
const rowOf = ({ column, meaning, unit, source }: DictionaryColumn): string =>
  `| \`${column}\` | ${cell(meaning)} | ${cell(unit)} | ${cell(source)} |`;

const sectionOf = ({ view, meaning, key, joins, columns }: DictionaryView): string[] => [
  "",
  `## ${view}`,
  "",
  meaning,
  `Key: ${key.map((column) => `\`${column}\``).join(", ")}.`,
  ...(joins === null
    ? []
    : [`Joins \`${joins.view}\` on ${joins.on.map((column) => `\`${column}\``).join(", ")}.`]),
  "",
  "| column | meaning | unit | source |",
  "| --- | --- | --- | --- |",
  ...columns.map(rowOf),
];

/** The data dictionary as the page docs/data-dictionary.md. */
export const dictionaryMarkdown = (dictionary: readonly DictionaryView[]): string =>
  `${[
    "# Data dictionary",
    "",
    "Every view and every column. Written by `pnpm write-docs`; [ledger.md](ledger.md) has the prose. `null` always means",
    '"not known"; it is never a zero. A source is the table of the operation\'s documentation that a number comes from.',
    "",
    "```mermaid",
    "erDiagram",
    ...dictionary.flatMap(entityOf),
    ...dictionary.flatMap(relationOf),
    "```",
    ...dictionary.flatMap(sectionOf),
  ].join("\n")}\n`;
