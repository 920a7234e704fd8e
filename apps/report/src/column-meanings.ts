import { DICTIONARY, type DictionaryColumn } from "@nightledger/store";
import type { Dataset } from "./dataset.ts";

/** What a column of a dataset means: the words of the view's column it is from; null where it is none's. */
export interface ColumnMeaning {
  column: string;
  view: string | null;
  meaning: string | null;
  unit: string | null;
  source: string | null;
}

const WORDS = /--[^\n]*|'(?:[^']|'')*'|[a-z_]\w*/gi;

/** The views that an SQL text reads, in the order it names them. */
export function viewsIn(sql: string): (typeof DICTIONARY)[number][] {
  const words = new Set((sql.match(WORDS) ?? []).map((word) => word.toLowerCase()));
  return [...words].flatMap((word) => DICTIONARY.find(({ view }) => view === word) ?? []);
}

/** The meaning of a dataset's columns, by the data dictionary. */
export function columnMeanings({ sql }: Pick<Dataset, "sql">, columns: readonly string[]): ColumnMeaning[] {
  const known = new Map<string, DictionaryColumn & { view: string }>();
  for (const { view, columns: all } of viewsIn(sql)) {
    for (const each of all) if (!known.has(each.column)) known.set(each.column, { ...each, view });
  }
  return columns.map((column) => {
    const { view = null, meaning = null, unit = null, source = null } = known.get(column) ?? {};
    return { column, view, meaning, unit, source };
  });
}
