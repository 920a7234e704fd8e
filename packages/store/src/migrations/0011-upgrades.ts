import { type Kysely, PostgresAdapter, sql } from "kysely";

/**
 * What a ledger was made by: the hash of each migration, and of each view's definition, which takes the place of one
 * hash of all views. Frozen, like every migration.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
export async function up(db: Kysely<any>): Promise<void> {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const blob = postgres ? ("bytea" as const) : ("blob" as const);
  for (const table of ["migration_hash", "view_hash"]) {
    await db.schema
      .createTable(table)
      .addColumn("name", "text", (c) => c.notNull().primaryKey())
      .addColumn("hash", blob, (c) => c.notNull())
      .modifyEnd(postgres ? sql`` : sql`WITHOUT ROWID`)
      .execute();
  }
  await db.schema.dropTable("view_set").execute();
}
