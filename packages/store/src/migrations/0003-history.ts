import { type ColumnDefinitionBuilder, type Kysely, PostgresAdapter, sql } from "kysely";

/** How the engines call what a column holds. */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
function typesOf(db: Kysely<any>) {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  return {
    integer: postgres ? ("bigint" as const) : ("integer" as const),
    blob: postgres ? ("bytea" as const) : ("blob" as const),
    /** A number that the engine gives out itself. */
    id: (c: ColumnDefinitionBuilder) =>
      postgres ? c.primaryKey().generatedByDefaultAsIdentity() : c.primaryKey(),
    /** Rows kept in the order of their key, where the engine can. */
    clustered: postgres ? sql`` : sql`WITHOUT ROWID`,
  };
}

/** What makes the history provable, and what lets it be read again. Frozen, like every migration. */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
export async function up(db: Kysely<any>): Promise<void> {
  const { integer, blob, id, clustered } = typesOf(db);
  await db.schema
    .alterTable("run")
    .addColumn("kind", "text", (c) => c.notNull().defaultTo("ingest"))
    .execute();

  await db.schema
    .createTable("run_seal")
    .addColumn("run_id", integer, (c) => c.primaryKey().references("run.id"))
    .addColumn("facts_hash", blob, (c) => c.notNull())
    .addColumn("gaps_hash", blob, (c) => c.notNull())
    .addColumn("chain_hash", blob, (c) => c.notNull())
    .execute();

  await db.schema
    .createTable("revision")
    .addColumn("id", integer, id)
    .addColumn("run_id", integer, (c) => c.notNull().references("run.id"))
    .addColumn("target_id", integer, (c) => c.notNull().references("target.id"))
    .addColumn("data_date", "text", (c) => c.notNull().references("night.data_date"))
    .addColumn("risk_list_before", integer, (c) => c.references("risk_list.id"))
    .addColumn("risk_list_after", integer, (c) => c.notNull().references("risk_list.id"))
    .execute();
  await db.schema
    .createIndex("revision_by_night")
    .on("revision")
    .columns(["data_date", "target_id"])
    .execute();
  await db.schema.createIndex("revision_by_run").on("revision").column("run_id").execute();

  await db.schema
    .createTable("payload_block")
    .addColumn("id", integer, id)
    .addColumn("packed", blob, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("packed_payload")
    .addColumn("payload_id", integer, (c) => c.primaryKey().references("payload.id"))
    .addColumn("block_id", integer, (c) => c.notNull().references("payload_block.id"))
    .addColumn("start", integer, (c) => c.notNull())
    .addColumn("length", integer, (c) => c.notNull())
    .modifyEnd(clustered)
    .execute();

  await db.schema
    .createTable("view_set")
    .addColumn("hash", blob, (c) => c.notNull())
    .execute();
}
