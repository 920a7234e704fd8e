import { type Kysely, sql, type Transaction } from "kysely";
import type { Schema } from "../tables.ts";
import { hasTable } from "./applied-migrations.ts";
import { makeMigrationTables } from "./apply-migrations.ts";
import { engineOf } from "./engine.ts";
import { errorCode } from "./error-code.ts";

type Work<T> = (tx: Transaction<Schema>) => Promise<T>;

/** How long a statement of an upgrade waits for what others hold, on PostgreSQL. */
export const LOCK_TIMEOUT_MS = 30_000;
/** How long one upgrade waits for another. */
const UPGRADE_TIMEOUT_MS = 600_000;

/**
 * SQLite lets one connection write. Renamed tables are not looked for in views (`legacy_alter_table`): a view that reads
 * a table which is being rebuilt would keep it from its name.
 */
async function onSqlite<T>(db: Kysely<Schema>, work: Work<T>): Promise<T> {
  return await db.connection().execute(async (own) => {
    await sql`PRAGMA legacy_alter_table = ON`.execute(own);
    try {
      return await own.transaction().execute(work);
    } finally {
      await sql`PRAGMA legacy_alter_table = OFF`.execute(own);
    }
  });
}

/** Two that make the same table at once: the later one fails when the first commits (PostgreSQL, duplicate key or table). */
const MADE_MEANWHILE = new Set(["23505", "42P07"]);

/**
 * One upgrade at a time, by a lock on a private table: an advisory lock could be taken by anybody who may connect. In an
 * empty database the table itself is made first, which waits for another that does the same.
 */
async function onPostgres<T>(db: Kysely<Schema>, lockTimeoutMs: number, work: Work<T>): Promise<T> {
  const setTimeouts = (tx: Transaction<Schema>, ms: number) =>
    sql`SELECT set_config('lock_timeout', ${String(ms)}, true), set_config('statement_timeout', '0', true)`.execute(
      tx,
    );
  const attempt = () =>
    db.transaction().execute(async (tx) => {
      // whoever is in a hurry does not wait for another upgrade either
      await setTimeouts(tx, lockTimeoutMs < LOCK_TIMEOUT_MS ? lockTimeoutMs : UPGRADE_TIMEOUT_MS);
      if (!(await hasTable(tx, "kysely_migration_lock"))) await makeMigrationTables(tx);
      await sql`LOCK TABLE kysely_migration_lock IN EXCLUSIVE MODE`.execute(tx);
      await setTimeouts(tx, lockTimeoutMs);
      return await work(tx);
    });
  const isEmpty = !(await hasTable(db, "kysely_migration_lock"));
  try {
    return await attempt();
  } catch (error) {
    if (isEmpty && MADE_MEANWHILE.has(String(errorCode(error)))) return await attempt();
    throw error;
  }
}

/** Does work that changes tables or views in one transaction, one process at a time. */
export const exclusively = async <T>(db: Kysely<Schema>, lockTimeoutMs: number, work: Work<T>): Promise<T> =>
  engineOf(db) === "sqlite" ? await onSqlite(db, work) : await onPostgres(db, lockTimeoutMs, work);
