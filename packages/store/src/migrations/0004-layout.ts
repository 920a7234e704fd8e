import { createHash } from "node:crypto";
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
    postgres,
  };
}

/** SHA-256 of texts as JSON: what they are found by. */
const hashOf = (texts: readonly (string | null)[]): Buffer =>
  createHash("sha256").update(JSON.stringify(texts)).digest();

/**
 * A layout by measurement (docs/architecture.md). Nights lie one after the other, so that a night is written at the
 * end and read in one piece; the words of severities, the names of counters and the texts of policies are kept once.
 * Frozen, like every migration.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
export async function up(db: Kysely<any>): Promise<void> {
  if (typesOf(db).postgres) await keyByNight(db);
  else await clusterByNight(db);
  await db.schema
    .createIndex("snapshot_by_target")
    .unique()
    .on("snapshot")
    .columns(["target_id", "data_date"])
    .execute();
  await keepSeverityWordsOnce(db);
  await keepCounterNamesOnce(db);
  await keepPolicyTextsOnce(db);
}

// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
async function keyByNight(db: Kysely<any>): Promise<void> {
  for (const table of ["snapshot", "gap"]) {
    await db.schema.dropIndex(`${table}_by_night`).execute();
    await db.schema.alterTable(table).dropConstraint(`${table}_pk`).execute();
    await db.schema
      .alterTable(table)
      .addPrimaryKeyConstraint(`${table}_pk`, ["data_date", "target_id"])
      .execute();
  }
}

/** SQLite changes no key, so the tables are made anew. */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
async function clusterByNight(db: Kysely<any>): Promise<void> {
  const { integer, clustered } = typesOf(db);
  await db.schema
    .createTable("snapshot_4")
    .addColumn("data_date", "text", (c) => c.notNull().references("night.data_date"))
    .addColumn("target_id", integer, (c) => c.notNull().references("target.id"))
    .addColumn("risk_list_id", integer, (c) => c.notNull().references("risk_list.id"))
    .addColumn("payload_id", integer, (c) => c.notNull().references("payload.id"))
    .addColumn("run_id", integer, (c) => c.notNull().references("run.id"))
    .addColumn("fetched_at", integer, (c) => c.notNull())
    .addColumn("attempts", integer, (c) => c.notNull())
    .addPrimaryKeyConstraint("snapshot_pk", ["data_date", "target_id"])
    .modifyEnd(clustered)
    .execute();
  await sql`
    INSERT INTO snapshot_4 (data_date, target_id, risk_list_id, payload_id, run_id, fetched_at, attempts)
      SELECT data_date, target_id, risk_list_id, payload_id, run_id, fetched_at, attempts
      FROM snapshot ORDER BY data_date, target_id`.execute(db);
  await db.schema
    .createTable("gap_4")
    .addColumn("data_date", "text", (c) => c.notNull().references("night.data_date"))
    .addColumn("target_id", integer, (c) => c.notNull().references("target.id"))
    .addColumn("failure_kind", "text", (c) => c.notNull())
    .addColumn("detail", "text")
    .addColumn("attempts", integer, (c) => c.notNull())
    .addColumn("run_id", integer, (c) => c.notNull().references("run.id"))
    .addColumn("payload_id", integer, (c) => c.references("payload.id"))
    .addPrimaryKeyConstraint("gap_pk", ["data_date", "target_id"])
    .modifyEnd(clustered)
    .execute();
  await sql`
    INSERT INTO gap_4 (data_date, target_id, failure_kind, detail, attempts, run_id, payload_id)
      SELECT data_date, target_id, failure_kind, detail, attempts, run_id, payload_id FROM gap`.execute(db);
  for (const table of ["snapshot", "gap"]) {
    await db.schema.dropTable(table).execute();
    await db.schema.alterTable(`${table}_4`).renameTo(table).execute();
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
async function keepSeverityWordsOnce(db: Kysely<any>): Promise<void> {
  const { integer, blob, id, clustered } = typesOf(db);
  await db.schema
    .createTable("severity_word")
    .addColumn("id", integer, id)
    .addColumn("hash", blob, (c) => c.notNull().unique())
    .addColumn("severity", "text", (c) => c.notNull())
    .addColumn("severity_raw", "text")
    .addColumn("affected_unit", "text", (c) => c.notNull())
    .execute();
  const words = await db
    .selectFrom("severity_risk")
    .select(["severity", "severity_raw", "affected_unit"])
    .distinct()
    .execute();
  for (const { severity, severity_raw, affected_unit } of words) {
    const hash = hashOf([severity, severity_raw, affected_unit]);
    await db.insertInto("severity_word").values({ hash, severity, severity_raw, affected_unit }).execute();
  }
  await db.schema
    .createTable("severity_item")
    .addColumn("risk_list_id", integer, (c) => c.notNull().references("risk_list.id"))
    .addColumn("category", "text", (c) => c.notNull())
    .addColumn("position", integer, (c) => c.notNull())
    .addColumn("severity_word_id", integer, (c) => c.notNull().references("severity_word.id"))
    .addColumn("risk_num", integer)
    .addColumn("affected_num", integer)
    .addPrimaryKeyConstraint("severity_item_pk", ["risk_list_id", "category", "position"])
    .modifyEnd(clustered)
    .execute();
  await sql`
    INSERT INTO severity_item (risk_list_id, category, position, severity_word_id, risk_num, affected_num)
      SELECT v.risk_list_id, v.category, v.position, w.id, v.risk_num, v.affected_num
      FROM severity_risk v JOIN severity_word w ON w.severity = v.severity
        AND w.severity_raw IS NOT DISTINCT FROM v.severity_raw AND w.affected_unit = v.affected_unit`.execute(
    db,
  );
  await db.schema.dropTable("severity_risk").execute();
}

// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
async function keepPolicyTextsOnce(db: Kysely<any>): Promise<void> {
  const { integer, blob, id, clustered } = typesOf(db);
  await db.schema
    .createTable("policy_text")
    .addColumn("id", integer, id)
    .addColumn("hash", blob, (c) => c.notNull().unique())
    .addColumn("policy_id", "text")
    .addColumn("policy_name", "text")
    .addColumn("os_type", "text")
    .addColumn("rule_name", "text")
    .execute();
  const texts = await db
    .selectFrom("policy")
    .select(["policy_id", "policy_name", "os_type", "rule_name"])
    .distinct()
    .execute();
  for (const { policy_id, policy_name, os_type, rule_name } of texts) {
    const hash = hashOf([policy_id, policy_name, os_type, rule_name]);
    await db.insertInto("policy_text").values({ hash, policy_id, policy_name, os_type, rule_name }).execute();
  }
  await db.schema
    .createTable("policy_item")
    .addColumn("risk_list_id", integer, (c) => c.notNull().references("risk_list.id"))
    .addColumn("category", "text", (c) => c.notNull())
    .addColumn("position", integer, (c) => c.notNull())
    .addColumn("policy_text_id", integer, (c) => c.notNull().references("policy_text.id"))
    .addColumn("host_num", integer)
    .addPrimaryKeyConstraint("policy_item_pk", ["risk_list_id", "category", "position"])
    .modifyEnd(clustered)
    .execute();
  await sql`
    INSERT INTO policy_item (risk_list_id, category, position, policy_text_id, host_num)
      SELECT p.risk_list_id, p.category, p.position, t.id, p.host_num
      FROM policy p JOIN policy_text t ON t.policy_id IS NOT DISTINCT FROM p.policy_id
        AND t.policy_name IS NOT DISTINCT FROM p.policy_name AND t.os_type IS NOT DISTINCT FROM p.os_type
        AND t.rule_name IS NOT DISTINCT FROM p.rule_name`.execute(db);
  await db.schema.dropTable("policy").execute();
}

// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
async function keepCounterNamesOnce(db: Kysely<any>): Promise<void> {
  const { integer, blob, id, clustered } = typesOf(db);
  await db.schema
    .createTable("counter_name")
    .addColumn("id", integer, id)
    .addColumn("hash", blob, (c) => c.notNull().unique())
    .addColumn("counter", "text", (c) => c.notNull())
    .execute();
  const names = await db.selectFrom("counter_value").select("counter").distinct().execute();
  for (const { counter } of names) {
    await db
      .insertInto("counter_name")
      .values({ hash: hashOf([counter]), counter })
      .execute();
  }
  await db.schema
    .createTable("counter_item")
    .addColumn("risk_list_id", integer, (c) => c.notNull().references("risk_list.id"))
    .addColumn("category", "text", (c) => c.notNull())
    .addColumn("counter_id", integer, (c) => c.notNull().references("counter_name.id"))
    .addColumn("value", integer)
    .addPrimaryKeyConstraint("counter_item_pk", ["risk_list_id", "category", "counter_id"])
    .modifyEnd(clustered)
    .execute();
  await sql`
    INSERT INTO counter_item (risk_list_id, category, counter_id, value)
      SELECT v.risk_list_id, v.category, c.id, v.value
      FROM counter_value v JOIN counter_name c ON c.counter = v.counter`.execute(db);
  await db.schema.dropTable("counter_value").execute();
}
