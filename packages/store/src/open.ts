import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Kysely, sql, type Transaction } from "kysely";
import type { ReadonlyKysely } from "kysely/readonly";
import type { Batch } from "./batch.ts";
import { NoLedgerError, UnreadableLedgerError } from "./errors.ts";
import { migrate } from "./migrate.ts";
import { openWritable, readOnlyDialect } from "./sqlite.ts";
import type { Schema } from "./tables.ts";
import type { Views } from "./views.ts";

/** The ledger, open for writing. */
export interface Ledger {
  db: Kysely<Schema>;
  /** Writes many rows at a time, within a transaction of `db`. */
  batchOf(transaction: Transaction<Schema>): Batch;
  close(): Promise<void>;
}

/** The ledger, open for reading its views; nothing can be written through it. */
export interface Reader {
  db: ReadonlyKysely<Views>;
  close(): Promise<void>;
}

/** Opens the ledger at a path, makes it if it is not there, and brings its schema up to date. */
export async function openLedger(path: string): Promise<Ledger> {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const { dialect, batch } = openWritable(path);
    const db = new Kysely<Schema>({ dialect });
    await migrate(db);
    return { db, batchOf: () => batch, close: () => db.destroy() };
  } catch (error) {
    throw new UnreadableLedgerError(path, error);
  }
}

/** Opens an existing ledger for reading. @throws NoLedgerError, UnreadableLedgerError */
export async function openReader(path: string): Promise<Reader> {
  if (!existsSync(path)) throw new NoLedgerError(path);
  try {
    const db = new Kysely<Schema>({ dialect: readOnlyDialect(path) });
    await sql`SELECT 1 FROM coverage_daily LIMIT 1`.execute(db);
    return { db: db as unknown as ReadonlyKysely<Views>, close: () => db.destroy() };
  } catch (error) {
    throw new UnreadableLedgerError(path, error);
  }
}
