import { type Kysely, PostgresAdapter, sql } from "kysely";

/** What the text of an answer lost when it was read, beside its risk list. Frozen, like every migration. */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
export async function up(db: Kysely<any>): Promise<void> {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const integer = postgres ? ("bigint" as const) : ("integer" as const);
  await db.schema
    .createTable("text_finding")
    .addColumn("risk_list_id", integer, (c) => c.notNull().references("risk_list.id"))
    .addColumn("position", integer, (c) => c.notNull())
    .addColumn("category", "text")
    .addColumn("rule", "text", (c) => c.notNull())
    .addColumn("detail", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("text_finding_pk", ["risk_list_id", "position"])
    .modifyEnd(postgres ? sql`` : sql`WITHOUT ROWID`)
    .execute();
}
