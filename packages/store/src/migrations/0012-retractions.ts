import { type ColumnDefinitionBuilder, type Kysely, PostgresAdapter, sql } from "kysely";

/** How the engines call what a column holds. */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
function typesOf(db: Kysely<any>) {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  return {
    integer: postgres ? ("bigint" as const) : ("integer" as const),
    id: (c: ColumnDefinitionBuilder) =>
      postgres ? c.primaryKey().generatedByDefaultAsIdentity() : c.primaryKey(),
    /** Rows kept in the order of their key, where the engine can. */
    clustered: postgres ? sql`` : sql`WITHOUT ROWID`,
  };
}

/**
 * Nights and targets that are taken out of every figure, and their rows: these leave the tables that views read, and
 * stay beside them. Frozen, like every migration.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
export async function up(db: Kysely<any>): Promise<void> {
  const { integer, id, clustered } = typesOf(db);
  await db.schema
    .createTable("retraction")
    .addColumn("id", integer, id)
    .addColumn("run_id", integer, (c) => c.notNull().references("run.id"))
    .addColumn("data_date", "text", (c) => c.notNull())
    .addColumn("only_filter", "text")
    .addColumn("reason", "text", (c) => c.notNull())
    .addColumn("undoes", integer, (c) => c.references("retraction.id"))
    .execute();
  await db.schema.createIndex("retraction_by_night").on("retraction").column("data_date").execute();
  const retraction = (c: ColumnDefinitionBuilder) => c.notNull().references("retraction.id");
  const target = (c: ColumnDefinitionBuilder) => c.notNull().references("target.id");
  const run = (c: ColumnDefinitionBuilder) => c.notNull().references("run.id");

  await db.schema
    .createTable("retraction_target")
    .addColumn("retraction_id", integer, retraction)
    .addColumn("target_id", integer, target)
    .addColumn("outcome", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("retraction_target_pk", ["retraction_id", "target_id"])
    .modifyEnd(clustered)
    .execute();
  await db.schema
    .createIndex("retraction_target_by_target")
    .on("retraction_target")
    .column("target_id")
    .execute();
  await db.schema
    .createTable("retraction_effect")
    .addColumn("id", integer, id)
    .addColumn("retraction_id", integer, retraction)
    .addColumn("table_name", "text", (c) => c.notNull())
    .addColumn("before", "text")
    .addColumn("after", "text")
    .execute();

  await db.schema
    .createTable("retracted_snapshot")
    .addColumn("retraction_id", integer, retraction)
    .addColumn("data_date", "text", (c) => c.notNull())
    .addColumn("target_id", integer, target)
    .addColumn("risk_list_id", integer, (c) => c.notNull().references("risk_list.id"))
    .addColumn("payload_id", integer, (c) => c.notNull().references("payload.id"))
    .addColumn("run_id", integer, run)
    .addColumn("fetched_at", integer, (c) => c.notNull())
    .addColumn("attempts", integer, (c) => c.notNull())
    .addPrimaryKeyConstraint("retracted_snapshot_pk", ["data_date", "target_id", "retraction_id"])
    .modifyEnd(clustered)
    .execute();
  await db.schema
    .createTable("retracted_gap")
    .addColumn("retraction_id", integer, retraction)
    .addColumn("data_date", "text", (c) => c.notNull())
    .addColumn("target_id", integer, target)
    .addColumn("failure_kind", "text", (c) => c.notNull())
    .addColumn("detail", "text")
    .addColumn("attempts", integer, (c) => c.notNull())
    .addColumn("run_id", integer, run)
    .addColumn("payload_id", integer, (c) => c.references("payload.id"))
    .addPrimaryKeyConstraint("retracted_gap_pk", ["data_date", "target_id", "retraction_id"])
    .modifyEnd(clustered)
    .execute();
  await db.schema
    .createTable("retracted_official_score")
    .addColumn("retraction_id", integer, retraction)
    .addColumn("target_id", integer, target)
    .addColumn("data_date", "text", (c) => c.notNull())
    .addColumn("score", integer)
    .addColumn("risk_num", integer)
    .addColumn("risk_host_num", integer)
    .addColumn("failure_kind", "text")
    .addPrimaryKeyConstraint("retracted_official_score_pk", ["data_date", "target_id", "retraction_id"])
    .modifyEnd(clustered)
    .execute();
  await db.schema
    .createTable("retracted_revision")
    .addColumn("retraction_id", integer, retraction)
    .addColumn("id", integer, (c) => c.notNull())
    .addColumn("run_id", integer, run)
    .addColumn("target_id", integer, target)
    .addColumn("data_date", "text", (c) => c.notNull())
    .addColumn("risk_list_before", integer, (c) => c.references("risk_list.id"))
    .addColumn("risk_list_after", integer, (c) => c.notNull().references("risk_list.id"))
    .addPrimaryKeyConstraint("retracted_revision_pk", ["data_date", "target_id", "id", "retraction_id"])
    .modifyEnd(clustered)
    .execute();
  await db.schema
    .createTable("retracted_drift")
    .addColumn("retraction_id", integer, retraction)
    .addColumn("field", "text", (c) => c.notNull())
    .addColumn("target_id", integer, target)
    .addColumn("data_date", "text", (c) => c.notNull())
    .addColumn("run_id", integer, run)
    .addPrimaryKeyConstraint("retracted_drift_pk", ["field", "retraction_id"])
    .modifyEnd(clustered)
    .execute();
  await db.schema
    .createTable("retracted_scope_change")
    .addColumn("retraction_id", integer, retraction)
    .addColumn("id", integer, (c) => c.notNull())
    .addColumn("data_date", "text", (c) => c.notNull())
    .addColumn("run_id", integer, run)
    .addColumn("account", "text", (c) => c.notNull())
    .addColumn("region", "text", (c) => c.notNull())
    .addColumn("project_id", "text", (c) => c.notNull())
    .addColumn("enterprise_project_id", "text", (c) => c.notNull())
    .addColumn("project_name", "text", (c) => c.notNull())
    .addColumn("change", "text", (c) => c.notNull())
    .addColumn("reason", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("retracted_scope_change_pk", ["data_date", "id", "retraction_id"])
    .modifyEnd(clustered)
    .execute();
}
