import { existsSync } from "node:fs";
import Database from "better-sqlite3";
import { NoLedgerError, QueryError, UnreadableLedgerError } from "./errors.ts";

/** A cell as SQLite gives it. */
export type Cell = string | number | bigint | Buffer | null;

/** The rows of a query, read as they are asked for. Close it when done. */
export interface QueryRows {
  columns: readonly string[];
  rows: Iterable<readonly Cell[]>;
  close(): void;
}

function openFile(path: string): Database.Database {
  if (!existsSync(path)) throw new NoLedgerError(path);
  try {
    const database = new Database(path, { readonly: true, fileMustExist: true, timeout: 10_000 });
    database.pragma("query_only = ON");
    return database;
  } catch (error) {
    throw new UnreadableLedgerError(path, error);
  }
}

/**
 * Runs one SELECT of an analyst over a ledger that is opened for reading only.
 *
 * @throws NoLedgerError, UnreadableLedgerError, QueryError
 */
export function queryLedger(path: string, sql: string): QueryRows {
  if (!/^\s*(--[^\n]*\n\s*)*(select|with|values|explain)\b/i.test(sql)) {
    throw new QueryError("only SELECT, WITH, VALUES and EXPLAIN are read here");
  }
  const database = openFile(path);
  try {
    const statement = database.prepare<[], Cell[]>(sql);
    if (!statement.reader || !statement.readonly) throw new QueryError("it would write");
    statement.raw(true);
    return {
      columns: statement.columns().map((column) => column.name),
      rows: statement.iterate() as Iterable<Cell[]>,
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    if (error instanceof QueryError) throw error;
    throw new QueryError(error instanceof Error ? error.message : String(error), error);
  }
}
