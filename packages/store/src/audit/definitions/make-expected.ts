import { sql, type Transaction } from "kysely";
import { makeMigrationTables } from "../../schema/apply-migrations.ts";
import { THIS_VERSION } from "../../schema/version.ts";
import type { Schema } from "../../tables.ts";

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
