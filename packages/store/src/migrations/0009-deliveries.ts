import { type ColumnDefinitionBuilder, type Kysely, PostgresAdapter, sql } from "kysely";

/** Who got what, and what became of it. Frozen, like every migration. */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
export async function up(db: Kysely<any>): Promise<void> {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const integer = postgres ? ("bigint" as const) : ("integer" as const);
  const id = (c: ColumnDefinitionBuilder) =>
    postgres ? c.primaryKey().generatedByDefaultAsIdentity() : c.primaryKey();
  const states = "'pending', 'sending', 'sent', 'deferred', 'refused', 'unknown', 'skipped'";
  await db.schema
    .createTable("delivery")
    .addColumn("id", integer, id)
    .addColumn("data_date", "text", (c) => c.notNull())
    .addColumn("report", "text", (c) => c.notNull())
    .addColumn("audience", "text")
    .addColumn("subject", "text", (c) => c.notNull())
    .addColumn("locale", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) =>
      c.notNull().check(sql`kind IN ('report', 'unchanged', 'held', 'failure')`),
    )
    .addColumn("edition", integer, (c) => c.notNull())
    .addColumn("channel", "text", (c) => c.notNull().check(sql`channel IN ('mail', 'folder', 'webhook')`))
    .addColumn("recipient", "text", (c) => c.notNull())
    .addColumn("content", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull().check(sql`state IN (${sql.raw(states)})`))
    .addColumn("attempts", integer, (c) => c.notNull())
    .addColumn("answer", "text")
    .addColumn("message_id", "text")
    .addColumn("created_at", "text", (c) => c.notNull())
    .addColumn("updated_at", "text", (c) => c.notNull())
    .addColumn("next_try_at", "text")
    .addUniqueConstraint("delivery_once", [
      "data_date",
      "report",
      "subject",
      "locale",
      "kind",
      "edition",
      "channel",
      "recipient",
    ])
    .execute();
  await db.schema
    .createTable("delivery_event")
    .addColumn("id", integer, id)
    .addColumn("delivery_id", integer, (c) => c.notNull().references("delivery.id"))
    .addColumn("at", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull().check(sql`state IN (${sql.raw(states)})`))
    .addColumn("answer", "text")
    .execute();
}
