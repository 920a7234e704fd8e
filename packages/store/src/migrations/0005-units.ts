import { type Kysely, PostgresAdapter, sql } from "kysely";

/** Which business unit a target belongs to, from when to when. Frozen, like every migration. */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
export async function up(db: Kysely<any>): Promise<void> {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const integer = postgres ? ("bigint" as const) : ("integer" as const);
  await db.schema
    .createTable("unit_period")
    .addColumn("target_id", integer, (c) => c.notNull().references("target.id"))
    .addColumn("from_date", "text", (c) => c.notNull())
    .addColumn("to_date", "text", (c) => c.notNull())
    .addColumn("unit", "text")
    .addColumn("run_id", integer, (c) => c.notNull().references("run.id"))
    .addPrimaryKeyConstraint("unit_period_pk", ["target_id", "from_date"])
    .modifyEnd(postgres ? sql`` : sql`WITHOUT ROWID`)
    .execute();
}
