import { type Kysely, PostgresAdapter, sql } from "kysely";

/** Names by night, labels of projects, accounts by their domain, and what was left out by the configuration. Frozen, like every migration. */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
export async function up(db: Kysely<any>): Promise<void> {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const integer = postgres ? ("bigint" as const) : ("integer" as const);
  const end = postgres ? sql`` : sql`WITHOUT ROWID`;
  const ofTarget = (table: string) =>
    db.schema
      .createTable(table)
      .addColumn("target_id", integer, (c) => c.notNull().references("target.id"))
      .addColumn("from_date", "text", (c) => c.notNull())
      .addColumn("to_date", "text", (c) => c.notNull())
      .addColumn("run_id", integer, (c) => c.notNull().references("run.id"))
      .addPrimaryKeyConstraint(`${table}_pk`, ["target_id", "from_date"])
      .modifyEnd(end);

  await ofTarget("name_period")
    .addColumn("project_name", "text", (c) => c.notNull())
    .execute();
  await ofTarget("label_period")
    .addColumn("alias", "text")
    .addColumn("owner_name", "text")
    .addColumn("owner_address", "text")
    .execute();
  await db.schema
    .createTable("account_period")
    .addColumn("account", "text", (c) => c.notNull())
    .addColumn("from_date", "text", (c) => c.notNull())
    .addColumn("to_date", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("run_id", integer, (c) => c.notNull().references("run.id"))
    .addPrimaryKeyConstraint("account_period_pk", ["account", "from_date"])
    .modifyEnd(end)
    .execute();
  await db.schema
    .createTable("account_domain")
    .addColumn("account", "text", (c) => c.primaryKey().notNull())
    .addColumn("domain_id", "text", (c) => c.notNull())
    .addColumn("run_id", integer, (c) => c.notNull().references("run.id"))
    .modifyEnd(end)
    .execute();
  for (const table of ["inventory", "scope_change", "retracted_scope_change"])
    await db.schema.alterTable(table).addColumn("detail", "text").execute();
}
