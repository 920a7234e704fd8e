import { type Kysely, PostgresAdapter, sql } from "kysely";

/** What a run cost: one row each, its minutes and slowest targets packed into it. Frozen, like every migration. */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
export async function up(db: Kysely<any>): Promise<void> {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const integer = postgres ? ("bigint" as const) : ("integer" as const);
  const real = postgres ? sql`double precision` : sql`real`;
  await db.schema
    .createTable("run_measure")
    .addColumn("run_id", integer, (c) => c.primaryKey().references("run.id"))
    .addColumn("calls", integer, (c) => c.notNull())
    .addColumn("quota_calls", integer, (c) => c.notNull())
    .addColumn("received_bytes", integer, (c) => c.notNull())
    .addColumn("seconds", real, (c) => c.notNull())
    .addColumn("throttled_seconds", real, (c) => c.notNull())
    .addColumn("minutes", "text", (c) => c.notNull())
    .addColumn("slowest", "text", (c) => c.notNull())
    .execute();
}
