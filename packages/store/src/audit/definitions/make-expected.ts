import { sql, type Transaction } from "kysely";
import { makeMigrationTables } from "../../schema/apply-migrations.ts";
import { THIS_VERSION } from "../../schema/version.ts";
import type { Schema } from "../../tables.ts";

/**
 * Makes the views of an empty ledger again from what the server itself says of them, as a dump that is restored does: it
 * adds casts and parentheses of its own then.
 */
export async function makeRestored(tx: Transaction<Schema>): Promise<void> {
  for (const [name] of THIS_VERSION.views("postgres")) {
    const { rows } = await sql<{ select: string }>`
      SELECT pg_get_viewdef(${name}::regclass) AS select`.execute(tx);
    await sql`CREATE OR REPLACE VIEW ${sql.ref(name)} AS ${sql.raw(rows[0]?.select ?? "")}`.execute(tx);
  }
}

/**
 * Makes an empty ledger of this version among the temporary tables of a transaction: by the very steps that made the
 * real one, so that the server writes both in the same words. It takes no right but TEMPORARY, and a rollback leaves
 * nothing.
 */
export async function makeExpected(tx: Transaction<Schema>): Promise<void> {
  await sql`SET LOCAL search_path = pg_temp`.execute(tx);
  await makeMigrationTables(tx);
  for (const migration of Object.values(THIS_VERSION.migrations)) await migration.up(tx);
  for (const [name, select] of THIS_VERSION.views("postgres")) {
    await sql`CREATE VIEW ${sql.ref(name)} AS ${sql.raw(select)}`.execute(tx);
  }
}
