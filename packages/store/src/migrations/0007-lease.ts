import { type Kysely, PostgresAdapter } from "kysely";

/** Who may write: one run at a time. Frozen, like every migration. */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
export async function up(db: Kysely<any>): Promise<void> {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const integer = postgres ? ("bigint" as const) : ("integer" as const);
  await db.schema
    .createTable("lease")
    .addColumn("name", "text", (c) => c.primaryKey())
    .addColumn("token", "text", (c) => c.notNull())
    .addColumn("what", "text", (c) => c.notNull())
    .addColumn("host", "text", (c) => c.notNull())
    .addColumn("pid", integer, (c) => c.notNull())
    .addColumn("since", integer, (c) => c.notNull())
    .addColumn("heard_at", integer, (c) => c.notNull())
    .addColumn("lapses_at", integer, (c) => c.notNull())
    .execute();
}
