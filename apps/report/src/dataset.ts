import {
  type Cell,
  DICTIONARY,
  QueryError,
  QueryRefusedError,
  type Reader,
  type Row,
  readRows,
  relationsRead,
} from "@nightledger/store";
import { readSourceText } from "./definition/read-source.ts";
import type { SourceFile } from "./definition/source-file.ts";
import { TemplateError } from "./errors.ts";
import { lineOfSql } from "./line-of-sql.ts";

/** One question of a report to the ledger: a file of `data/`. */
export interface Dataset {
  name: string;
  file: string;
  /** What it holds, for the workbook and for `explain`. */
  title: string;
  /** Whether it is one row rather than a list. */
  isOne: boolean;
  /** The columns that tell its rows apart. */
  key: readonly string[];
  /** One SELECT over the views. */
  sql: string;
}

/** A dataset with its rows as the ledger has them. */
export interface ReadDataset extends Dataset {
  rows: readonly Row[];
}

const VIEWS: ReadonlySet<string> = new Set(DICTIONARY.map(({ view }) => view));
const KEYS = ["title", "one", "key"] as const;

/**
 * Reads a dataset: comment lines `-- @title …`, and `-- @one` or `-- @key column …`, before the SQL. `reports/README.md`
 * tells more.
 *
 * @throws TemplateError
 */
export function readDataset(name: string, source: SourceFile): Dataset {
  const { path: file } = source;
  const sql = readSourceText(source);
  const header = new Map<string, string>();
  for (const [, key = "", value = ""] of sql.matchAll(/^-- @(\w+) ?(.*)$/gm)) header.set(key, value.trim());
  const odd = [...header.keys()].find((key) => !(KEYS as readonly string[]).includes(key));
  if (odd !== undefined)
    throw new TemplateError(file, `"@${odd}" is none of ${KEYS.map((key) => `@${key}`).join(", ")}`);
  const title = header.get("title");
  const key = header.get("key")?.split(/\s+/) ?? [];
  const isOne = header.has("one");
  if (title === undefined) throw new TemplateError(file, 'it needs a line "-- @title …"');
  if (isOne === key.length > 0)
    throw new TemplateError(file, 'it needs a line "-- @one" or "-- @key column …"');
  // for the file's name and a sentence before anything is asked; what may be read is decided by the engine
  const other = relationsRead(sql).find((each) => !VIEWS.has(each));
  if (other !== undefined)
    throw new TemplateError(file, `"${other}" is no view; \`nightledger dictionary\` lists those there are`);
  return { name, file, title, isOne, key, sql };
}

/** Asks the ledger. @throws TemplateError where the SQL cannot be run, or gives several rows for one */
export async function askDataset(
  db: Reader["db"],
  dataset: Dataset,
  parameters: Readonly<Record<string, Cell>>,
): Promise<ReadDataset> {
  let rows: Row[];
  try {
    rows = await readRows(db, dataset.sql, parameters);
  } catch (error) {
    const isOurs = error instanceof QueryError || error instanceof QueryRefusedError;
    const why = isOurs ? error.why : (error as Error).message;
    const line = lineOfSql(dataset.sql, why);
    const what = error instanceof QueryRefusedError ? "it is refused" : "the ledger cannot answer";
    throw new TemplateError(dataset.file, `${line}${what}: ${why}`, error);
  }
  if (dataset.isOne && rows.length > 1) {
    throw new TemplateError(dataset.file, `"-- @one" says one row, and there are ${rows.length}`);
  }
  return { ...dataset, rows };
}
