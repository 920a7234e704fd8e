import { type Kysely, sql } from "kysely";
import type { LockHolder } from "../errors.ts";
import type { Schema } from "../tables.ts";

/** Who else uses tables and views of the ledger just now, the longest first. PostgreSQL only. */
export async function lockHolders(db: Kysely<Schema>): Promise<LockHolder[]> {
  const { rows } = await sql<LockHolder>`
    SELECT a.pid, COALESCE(a.usename, '')::text AS user, a.application_name AS application, a.xact_start AS since
    FROM pg_stat_activity a
    WHERE a.pid <> pg_backend_pid() AND a.datname = current_database() AND a.pid IN (
      SELECT l.pid FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
      WHERE l.granted AND c.relnamespace = current_schema()::regnamespace)
    ORDER BY a.xact_start NULLS LAST, a.pid`.execute(db);
  return rows;
}
