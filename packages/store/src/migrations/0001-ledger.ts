import { type ColumnDefinitionBuilder, type Kysely, PostgresAdapter, sql } from "kysely";

/** How the engines call what a column holds. */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
function typesOf(db: Kysely<any>) {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  return {
    integer: postgres ? ("bigint" as const) : ("integer" as const),
    real: postgres ? ("double precision" as const) : ("real" as const),
    blob: postgres ? ("bytea" as const) : ("blob" as const),
    /** A number that the engine gives out itself. */
    id: (c: ColumnDefinitionBuilder) =>
      postgres ? c.primaryKey().generatedByDefaultAsIdentity() : c.primaryKey(),
    /** Rows kept in the order of their key, where the engine can. */
    clustered: postgres ? sql`` : sql`WITHOUT ROWID`,
  };
}

/** The first schema. Frozen: it never changes and imports nothing of ours. */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
export async function up(db: Kysely<any>): Promise<void> {
  const { integer, real, blob, id, clustered } = typesOf(db);
  await db.schema
    .createTable("category")
    .addColumn("category", "text", (c) => c.primaryKey())
    .addColumn("position", integer, (c) => c.notNull())
    .addColumn("cap", integer, (c) => c.notNull())
    .execute();
  await sql`
    INSERT INTO category (category, position, cap) VALUES
      ('alarm', 1, 30), ('vulnerability', 2, 20), ('baseline', 3, 20),
      ('asset', 4, 10), ('protection', 5, 10), ('image', 6, 10)`.execute(db);

  await db.schema
    .createTable("night")
    .addColumn("data_date", "text", (c) => c.primaryKey())
    .addColumn("day_number", integer, (c) => c.notNull().unique())
    .execute();

  await db.schema
    .createTable("target")
    .addColumn("id", integer, id)
    .addColumn("account", "text", (c) => c.notNull())
    .addColumn("region", "text", (c) => c.notNull())
    .addColumn("project_id", "text", (c) => c.notNull())
    .addColumn("enterprise_project_id", "text", (c) => c.notNull())
    .addColumn("project_name", "text", (c) => c.notNull())
    .addUniqueConstraint("target_identity", ["account", "region", "project_id", "enterprise_project_id"])
    .execute();

  await db.schema
    .createTable("run")
    .addColumn("id", integer, id)
    .addColumn("data_date", "text", (c) => c.notNull())
    .addColumn("started_at", "text", (c) => c.notNull())
    .addColumn("finished_at", "text")
    .addColumn("status", "text", (c) => c.notNull())
    .addColumn("expected", integer)
    .addColumn("already_fresh", integer)
    .addColumn("fetched", integer)
    .addColumn("missing", integer)
    .addColumn("problem", "text")
    .execute();

  await db.schema
    .createTable("payload")
    .addColumn("id", integer, id)
    .addColumn("hash", blob, (c) => c.notNull().unique())
    .addColumn("deflated", blob, (c) => c.notNull())
    .execute();

  await db.schema
    .createTable("risk_list")
    .addColumn("id", integer, id)
    .addColumn("hash", blob, (c) => c.notNull().unique())
    .addColumn("total_risk_num", integer)
    .execute();

  await db.schema
    .createTable("category_risk")
    .addColumn("risk_list_id", integer, (c) => c.notNull().references("risk_list.id"))
    .addColumn("category", "text", (c) => c.notNull().references("category.category"))
    .addColumn("present", integer, (c) => c.notNull())
    .addColumn("total_risk_num", integer)
    .addColumn("deduct_score", real)
    .addPrimaryKeyConstraint("category_risk_pk", ["risk_list_id", "category"])
    .modifyEnd(clustered)
    .execute();

  await db.schema
    .createTable("severity_risk")
    .addColumn("risk_list_id", integer, (c) => c.notNull().references("risk_list.id"))
    .addColumn("category", "text", (c) => c.notNull())
    .addColumn("position", integer, (c) => c.notNull())
    .addColumn("severity", "text", (c) => c.notNull())
    .addColumn("severity_raw", "text", (c) => c.notNull())
    .addColumn("risk_num", integer)
    .addColumn("affected_num", integer)
    .addColumn("affected_unit", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("severity_risk_pk", ["risk_list_id", "category", "position"])
    .modifyEnd(clustered)
    .execute();

  await db.schema
    .createTable("counter_value")
    .addColumn("risk_list_id", integer, (c) => c.notNull().references("risk_list.id"))
    .addColumn("category", "text", (c) => c.notNull())
    .addColumn("counter", "text", (c) => c.notNull())
    .addColumn("value", integer)
    .addPrimaryKeyConstraint("counter_value_pk", ["risk_list_id", "category", "counter"])
    .modifyEnd(clustered)
    .execute();

  await db.schema
    .createTable("policy")
    .addColumn("risk_list_id", integer, (c) => c.notNull().references("risk_list.id"))
    .addColumn("category", "text", (c) => c.notNull())
    .addColumn("position", integer, (c) => c.notNull())
    .addColumn("policy_id", "text")
    .addColumn("policy_name", "text")
    .addColumn("os_type", "text")
    .addColumn("host_num", integer)
    .addColumn("rule_name", "text")
    .addPrimaryKeyConstraint("policy_pk", ["risk_list_id", "category", "position"])
    .modifyEnd(clustered)
    .execute();

  await db.schema
    .createTable("snapshot")
    .addColumn("target_id", integer, (c) => c.notNull().references("target.id"))
    .addColumn("data_date", "text", (c) => c.notNull().references("night.data_date"))
    .addColumn("risk_list_id", integer, (c) => c.notNull().references("risk_list.id"))
    .addColumn("payload_id", integer, (c) => c.notNull().references("payload.id"))
    .addColumn("run_id", integer, (c) => c.notNull().references("run.id"))
    .addColumn("fetched_at", integer, (c) => c.notNull())
    .addColumn("attempts", integer, (c) => c.notNull())
    .addPrimaryKeyConstraint("snapshot_pk", ["target_id", "data_date"])
    .modifyEnd(clustered)
    .execute();
  await db.schema.createIndex("snapshot_by_night").on("snapshot").column("data_date").execute();

  await db.schema
    .createTable("gap")
    .addColumn("target_id", integer, (c) => c.notNull().references("target.id"))
    .addColumn("data_date", "text", (c) => c.notNull().references("night.data_date"))
    .addColumn("failure_kind", "text", (c) => c.notNull())
    .addColumn("detail", "text")
    .addColumn("attempts", integer, (c) => c.notNull())
    .addColumn("run_id", integer, (c) => c.notNull().references("run.id"))
    .addColumn("payload_id", integer, (c) => c.references("payload.id"))
    .addPrimaryKeyConstraint("gap_pk", ["target_id", "data_date"])
    .modifyEnd(clustered)
    .execute();
  await db.schema.createIndex("gap_by_night").on("gap").column("data_date").execute();
}
