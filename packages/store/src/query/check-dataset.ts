import { DICTIONARY } from "../dictionary.ts";
import { QueryError, QueryRefusedError } from "../errors.ts";
import { refusal } from "../refusal.ts";
import { checkShape, ShapeError } from "./shape-check.ts";

const COLUMNS = DICTIONARY.map(({ view, columns }) => [view, columns.map(({ column }) => column)] as const);

/** A report asks the same of each of its projects. */
const MOST_KEPT = 500;
const checked = new Set<string>();

/**
 * Checks that a statement for a reader's own connection to a SQLite ledger reads the public views by their plain names
 * and nothing else. For an audience these names are temporary views of its own rows; `main.risk_daily` would be
 * everybody's. It compiles over a database in memory, never over the file: a second SQLite in this process would take
 * the locks of the first away (howtocorrupt.html, 2.2.1).
 *
 * @throws QueryRefusedError, QueryError
 */
export function checkDataset(sql: string): void {
  if (checked.has(sql)) return;
  // an engine ends there, and what comes behind was read by none
  if (sql.includes("\0")) throw new QueryRefusedError("there is a NUL character in it");
  const why = refusal(sql);
  if (why !== null) throw new QueryRefusedError(why);
  const text = sql.toLowerCase();
  const views = new Map(COLUMNS.filter(([view]) => text.includes(view)));
  try {
    checkShape(sql, { views, schema: "temp" });
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw asQueryError(error);
  }
  if (checked.size < MOST_KEPT) checked.add(sql);
}

/** A name that is not there is refused, whether the ledger has it or not: which tables it has is its own. */
function asQueryError({ refused, message }: ShapeError): QueryRefusedError | QueryError {
  const name = /^no such table: (.+)$/.exec(message)?.[1];
  const why = refused ?? (name === undefined ? null : `"${name}" is no view that a dataset may read`);
  return why === null ? new QueryError(message) : new QueryRefusedError(why);
}
