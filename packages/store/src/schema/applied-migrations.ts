import { type Kysely, sql } from "kysely";
import type { Schema } from "../tables.ts";
import { engineOf } from "./engine.ts";

/** A migration that a ledger has been through; without a hash where it was applied before ledgers kept one. */
export interface AppliedMigration {
  name: string;
  hash: Buffer | null;
}

/** Whether the ledger has a table; asked for at every start, so without kysely's introspection of all of them. */
export async function hasTable(db: Kysely<Schema>, table: string): Promise<boolean> {
  const found =
    engineOf(db) === "postgres"
      ? sql`SELECT 1 WHERE to_regclass(${table}) IS NOT NULL`
      : sql`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ${table}`;
  return (await found.execute(db)).rows.length > 0;
}

/** The migrations that a ledger has been through, the last one last. */
export async function appliedMigrations(db: Kysely<Schema>): Promise<AppliedMigration[]> {
  if (!(await hasTable(db, "kysely_migration"))) return [];
  const { rows } = (await hasTable(db, "migration_hash"))
    ? await sql<AppliedMigration>`
        SELECT m.name, h.hash FROM kysely_migration m LEFT JOIN migration_hash h ON h.name = m.name
        ORDER BY m.name`.execute(db)
    : await sql<AppliedMigration>`SELECT name, NULL AS hash FROM kysely_migration ORDER BY name`.execute(db);
  return rows;
}
