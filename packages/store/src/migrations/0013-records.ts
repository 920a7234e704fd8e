import { type ColumnDefinitionBuilder, type Kysely, PostgresAdapter, sql } from "kysely";

/** What makes exceptions, units, names and deliveries provable, too. Frozen, like every migration. */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
export async function up(db: Kysely<any>): Promise<void> {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const integer = postgres ? ("bigint" as const) : ("integer" as const);
  const blob = postgres ? ("bytea" as const) : ("blob" as const);
  const id = (c: ColumnDefinitionBuilder) =>
    postgres ? c.primaryKey().generatedByDefaultAsIdentity() : c.primaryKey();

  await db.schema.alterTable("delivery_event").addColumn("attempts", integer).execute();
  await db.schema.alterTable("delivery_event").addColumn("message_id", "text").execute();
  await db.schema.alterTable("delivery_event").addColumn("next_try_at", "text").execute();

  await db.schema
    .createTable("state_change")
    .addColumn("id", integer, id)
    .addColumn("run_id", integer, (c) => c.notNull().references("run.id"))
    .addColumn("deflated", blob, (c) => c.notNull())
    .execute();
  await db.schema.createIndex("state_change_by_run").on("state_change").column("run_id").execute();

  await db.schema
    .createTable("ledger_seal")
    .addColumn("id", integer, (c) => c.primaryKey())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("run_id", integer, (c) => c.references("run.id"))
    .addColumn("marks", "text", (c) => c.notNull())
    .addColumn("facts_hash", blob, (c) => c.notNull())
    .addColumn("chain_hash", blob, (c) => c.notNull())
    .execute();
  await db.schema.createIndex("ledger_seal_by_run").on("ledger_seal").column("run_id").execute();
  // the chain goes on from the runs that were sealed until now
  const none = sql`CAST(${Buffer.alloc(32)} AS ${sql.raw(blob)})`;
  await sql`
    INSERT INTO ledger_seal (id, kind, run_id, marks, facts_hash, chain_hash)
      SELECT 1, 'start', MAX(run_id), '{}', ${none},
        COALESCE((SELECT chain_hash FROM run_seal ORDER BY run_id DESC LIMIT 1), ${none})
      FROM run_seal`.execute(db);
}
