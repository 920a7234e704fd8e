import { type ColumnDefinitionBuilder, type Kysely, PostgresAdapter, sql } from "kysely";

/** How the engines call what a column holds. */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
function typesOf(db: Kysely<any>) {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  return {
    integer: postgres ? ("bigint" as const) : ("integer" as const),
    /** A number that the engine gives out itself. */
    id: (c: ColumnDefinitionBuilder) =>
      postgres ? c.primaryKey().generatedByDefaultAsIdentity() : c.primaryKey(),
    /** Rows kept in the order of their key, where the engine can. */
    clustered: postgres ? sql`` : sql`WITHOUT ROWID`,
    postgres,
  };
}

/** What the answers depart from, what discovery saw, and the cloud's own score. Frozen, like every migration. */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
export async function up(db: Kysely<any>): Promise<void> {
  const { integer, id, clustered, postgres } = typesOf(db);
  if (postgres) {
    await db.schema
      .alterTable("severity_risk")
      .alterColumn("severity_raw", (c) => c.dropNotNull())
      .execute();
  } else {
    await allowNoSeverity(db);
  }

  await db.schema
    .createTable("drift")
    .addColumn("field", "text", (c) => c.primaryKey())
    .addColumn("target_id", integer, (c) => c.notNull().references("target.id"))
    .addColumn("data_date", "text", (c) => c.notNull().references("night.data_date"))
    .addColumn("run_id", integer, (c) => c.notNull().references("run.id"))
    .execute();

  await db.schema
    .createTable("official_score")
    .addColumn("target_id", integer, (c) => c.notNull().references("target.id"))
    .addColumn("data_date", "text", (c) => c.notNull().references("night.data_date"))
    .addColumn("score", integer)
    .addColumn("risk_num", integer)
    .addColumn("risk_host_num", integer)
    .addColumn("failure_kind", "text")
    .addPrimaryKeyConstraint("official_score_pk", ["target_id", "data_date"])
    .modifyEnd(clustered)
    .execute();

  const identity = ["account", "region", "project_id", "enterprise_project_id"] as const;
  await db.schema
    .createTable("inventory")
    .addColumn("account", "text", (c) => c.notNull())
    .addColumn("region", "text", (c) => c.notNull())
    .addColumn("project_id", "text", (c) => c.notNull())
    .addColumn("enterprise_project_id", "text", (c) => c.notNull())
    .addColumn("project_name", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("since", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("inventory_pk", [...identity])
    .modifyEnd(clustered)
    .execute();
  await db.schema
    .createTable("scope_change")
    .addColumn("id", integer, id)
    .addColumn("data_date", "text", (c) => c.notNull())
    .addColumn("run_id", integer, (c) => c.notNull().references("run.id"))
    .addColumn("account", "text", (c) => c.notNull())
    .addColumn("region", "text", (c) => c.notNull())
    .addColumn("project_id", "text", (c) => c.notNull())
    .addColumn("enterprise_project_id", "text", (c) => c.notNull())
    .addColumn("project_name", "text", (c) => c.notNull())
    .addColumn("change", "text", (c) => c.notNull())
    .addColumn("reason", "text", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("scope_change_by_night").on("scope_change").column("data_date").execute();
}

/** SQLite drops no constraint, so the table is made anew. */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
async function allowNoSeverity(db: Kysely<any>): Promise<void> {
  const { integer, clustered } = typesOf(db);
  await db.schema
    .createTable("severity_risk_2")
    .addColumn("risk_list_id", integer, (c) => c.notNull().references("risk_list.id"))
    .addColumn("category", "text", (c) => c.notNull())
    .addColumn("position", integer, (c) => c.notNull())
    .addColumn("severity", "text", (c) => c.notNull())
    .addColumn("severity_raw", "text")
    .addColumn("risk_num", integer)
    .addColumn("affected_num", integer)
    .addColumn("affected_unit", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("severity_risk_pk", ["risk_list_id", "category", "position"])
    .modifyEnd(clustered)
    .execute();
  await sql`INSERT INTO severity_risk_2 SELECT * FROM severity_risk`.execute(db);
  await db.schema.dropTable("severity_risk").execute();
  await db.schema.alterTable("severity_risk_2").renameTo("severity_risk").execute();
}
