import { type ColumnDefinitionBuilder, type Kysely, PostgresAdapter, sql } from "kysely";

/** Which findings somebody answers for until when, and of which targets. Frozen, like every migration. */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
export async function up(db: Kysely<any>): Promise<void> {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const integer = postgres ? ("bigint" as const) : ("integer" as const);
  const id = (c: ColumnDefinitionBuilder) =>
    postgres ? c.primaryKey().generatedByDefaultAsIdentity() : c.primaryKey();
  await db.schema
    .createTable("exception_period")
    .addColumn("id", integer, id)
    .addColumn("exception", "text", (c) => c.notNull())
    .addColumn("from_date", "text", (c) => c.notNull())
    .addColumn("to_date", "text", (c) => c.notNull())
    .addColumn("category", "text", (c) => c.notNull().references("category.category"))
    .addColumn("severity", "text")
    .addColumn("counter", "text")
    .addColumn("policy", "text")
    .addColumn("targets_filter", "text", (c) => c.notNull())
    .addColumn("owner", "text", (c) => c.notNull())
    .addColumn("reason", "text", (c) => c.notNull())
    .addColumn("approved_by", "text")
    .addColumn("valid_from", "text")
    .addColumn("valid_until", "text", (c) => c.notNull())
    .addColumn("last_day_number", integer, (c) => c.notNull())
    .addColumn("run_id", integer, (c) => c.notNull().references("run.id"))
    .addUniqueConstraint("exception_period_once", ["exception", "from_date"])
    .execute();
  await db.schema
    .createTable("exception_target")
    .addColumn("target_id", integer, (c) => c.notNull().references("target.id"))
    .addColumn("period_id", integer, (c) => c.notNull().references("exception_period.id"))
    .addColumn("from_date", "text", (c) => c.notNull())
    .addColumn("to_date", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("exception_target_pk", ["target_id", "period_id", "from_date"])
    .modifyEnd(postgres ? sql`` : sql`WITHOUT ROWID`)
    .execute();
  await db.schema
    .createIndex("exception_target_by_period")
    .on("exception_target")
    .column("period_id")
    .execute();
}
