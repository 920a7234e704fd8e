import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { type Dialect, Kysely, sql, type Transaction } from "kysely";
import type { ReadonlyKysely } from "kysely/readonly";
import type { Batch } from "./batch.ts";
import { diskFullOr } from "./disk-full-or.ts";
import { DiskFullError, NoLedgerError, UnreadableLedgerError, UpgradeError } from "./errors.ts";
import { migrate } from "./migrate.ts";
import { isPostgresUrl, shownPlace } from "./place.ts";
import { postgresDialect } from "./postgres.ts";
import { postgresBatch } from "./postgres-batch.ts";
import { isUpgradeRefusal } from "./schema/upgrade-ledger.ts";
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
  /** The tables as the ledger's own user reads them, where `db` is a login that reads views alone. */
  tables?: ReadonlyKysely<Schema>;
  close(): Promise<void>;
}

/** A connection that may write, whatever is there. */
export function connect(place: string): { dialect: Dialect; batchOf: Ledger["batchOf"] } {
  if (isPostgresUrl(place)) {
    return { dialect: postgresDialect(place, { readOnly: false }), batchOf: postgresBatch };
  }
  mkdirSync(dirname(place), { recursive: true });
  const { dialect, batch } = openWritable(place);
  return { dialect, batchOf: () => batch };
}

/** What SQLite writes before anything is in a file. Bytes. */
const FIRST_PAGE = 4096;
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** A file that got nothing is no ledger, and the next run must not take it for one that lost its nights. */
function removeEmpty(place: string): void {
  if (sizeOf(place) > FIRST_PAGE || sizeOf(`${place}-wal`) > 0) return;
  for (const end of ["", "-wal", "-shm", "-journal"]) rmSync(`${place}${end}`, { force: true });
}

/**
 * Opens the ledger at a path or a `postgres://` URL, makes it if it is not there (the database of a URL has to be),
 * and brings its schema up to date.
 *
 * @throws UnreadableLedgerError, DiskFullError, and what `upgradeLedger` does
 */
export async function openLedger(place: string): Promise<Ledger> {
  const isNew = !isPostgresUrl(place) && !existsSync(place);
  let opened: Kysely<Schema> | undefined;
  try {
    const { dialect, batchOf } = connect(place);
    const db = new Kysely<Schema>({ dialect });
    opened = db;
    await migrate(db);
    return { db, batchOf, close: () => db.destroy() };
  } catch (error) {
    await opened?.destroy();
    const refusal = unreadable(place, error);
    if (isNew && refusal instanceof DiskFullError) removeEmpty(place);
    throw refusal;
  }
}

/** An error in opening a ledger, as it is to be thrown. */
export function unreadable(place: string, error: unknown): Error {
  const full = diskFullOr(error instanceof UpgradeError ? error.cause : error);
  if (full instanceof DiskFullError) return full;
  return isUpgradeRefusal(error) ? error : new UnreadableLedgerError(shownPlace(place), error);
}

/** Whether there is a ledger to read: a file, or tables in the database. @throws UnreadableLedgerError */
export async function ledgerIsThere(place: string): Promise<boolean> {
  if (!isPostgresUrl(place)) return existsSync(place);
  const db = new Kysely<Schema>({ dialect: postgresDialect(place, { readOnly: true }) });
  try {
    const { rows } = await sql<{ there: boolean }>`
      SELECT to_regclass('coverage_daily') IS NOT NULL OR to_regclass('kysely_migration') IS NOT NULL AS there
    `.execute(db);
    return rows[0]?.there === true;
  } catch (error) {
    throw new UnreadableLedgerError(shownPlace(place), error);
  } finally {
    await db.destroy();
  }
}

/**
 * Opens an existing ledger in PostgreSQL for reading over a login that reads views alone. What this package itself looks
 * up in the tables it asks as the ledger's own user.
 *
 * @throws NoLedgerError, UnreadableLedgerError
 */
export async function openReaderAs(place: string, login: string): Promise<Reader> {
  const owner = await openReader(place);
  try {
    const { db, close } = await openReader(login);
    const closeBoth = async () => {
      await close();
      await owner.close();
    };
    return { db, tables: owner.db as unknown as ReadonlyKysely<Schema>, close: closeBoth };
  } catch (error) {
    await owner.close();
    throw error;
  }
}

/** Opens an existing ledger for reading. @throws NoLedgerError, UnreadableLedgerError */
export async function openReader(place: string): Promise<Reader> {
  if (!(await ledgerIsThere(place))) throw new NoLedgerError(shownPlace(place));
  let opened: Kysely<Schema> | undefined;
  try {
    const dialect = isPostgresUrl(place)
      ? postgresDialect(place, { readOnly: true })
      : readOnlyDialect(place);
    const db = new Kysely<Schema>({ dialect });
    opened = db;
    await sql`SELECT 1 FROM coverage_daily LIMIT 1`.execute(db);
    return { db: db as unknown as ReadonlyKysely<Views>, close: () => db.destroy() };
  } catch (error) {
    await opened?.destroy();
    throw unreadable(place, error);
  }
}
