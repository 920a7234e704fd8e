import { type Kysely, sql } from "kysely";
import { hashOf } from "../content.ts";
import type { Schema } from "../tables.ts";
import { ACCESS_SCHEMA, AUDIENCE_SCHEMA, AUDIENCE_VIEWS, accessViews } from "./audience-views.ts";

/** Who may see what, and which roles were given what. */
const TABLES = [
  `CREATE SCHEMA IF NOT EXISTS ${ACCESS_SCHEMA}`,
  `CREATE SCHEMA IF NOT EXISTS ${AUDIENCE_SCHEMA}`,
  `CREATE TABLE IF NOT EXISTS ${ACCESS_SCHEMA}.reader_role (
    name text PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('analysts', 'audiences')))`,
  `CREATE TABLE IF NOT EXISTS ${ACCESS_SCHEMA}.audience_view_set (hash bytea NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS ${ACCESS_SCHEMA}.audience_session (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, pid integer NOT NULL UNIQUE,
    backend_started_at numeric NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS ${ACCESS_SCHEMA}.audience_member (
    session_id bigint NOT NULL REFERENCES ${ACCESS_SCHEMA}.audience_session ON DELETE CASCADE,
    target_id bigint NOT NULL, PRIMARY KEY (session_id, target_id))`,
  `CREATE TABLE IF NOT EXISTS ${ACCESS_SCHEMA}.audience_scope (
    session_id bigint NOT NULL REFERENCES ${ACCESS_SCHEMA}.audience_session ON DELETE CASCADE,
    account text NOT NULL, region text NOT NULL, project_id text NOT NULL, enterprise_project_id text NOT NULL)`,
  `CREATE INDEX IF NOT EXISTS audience_scope_by_session ON ${ACCESS_SCHEMA}.audience_scope (session_id)`,
];

/** Whether `grant` has been here. */
export async function hasAccessSchema(db: Kysely<Schema>): Promise<boolean> {
  const { rows } =
    await sql`SELECT 1 WHERE to_regclass(${`${ACCESS_SCHEMA}.reader_role`}) IS NOT NULL`.execute(db);
  return rows.length > 0;
}

/** The schema that the ledger's own tables are in, as it is written into SQL. */
export async function ledgerSchema(db: Kysely<Schema>): Promise<string> {
  const { rows } = await sql<{ name: string | null }>`SELECT quote_ident(current_schema()) AS name`.execute(
    db,
  );
  return rows[0]?.name ?? "public";
}

/** Drops the views of an audience: before a table or a view that they are made of changes. */
export async function dropAudienceViews(db: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    SELECT c.oid::regclass::text AS name FROM pg_class c
    WHERE c.relkind = 'v' AND c.relnamespace IN (
      SELECT oid FROM pg_namespace WHERE nspname IN (${ACCESS_SCHEMA}, ${AUDIENCE_SCHEMA}))`.execute(db);
  // all at once, since they are made of each other
  if (rows.length > 0) await sql`DROP VIEW ${sql.raw(rows.map(({ name }) => name).join(", "))}`.execute(db);
  if (await hasAccessSchema(db))
    await sql`DELETE FROM ${sql.id(ACCESS_SCHEMA, "audience_view_set")}`.execute(db);
}

/** Of the definitions, and of the tables: a view keeps the columns that a table had when it was made. */
async function wantedHash(db: Kysely<Schema>, schema: string): Promise<Buffer> {
  const { rows } = await sql<{ columns: string }>`
    SELECT string_agg(c.relname || '.' || a.attname || ' ' || a.atttypid, ',' ORDER BY c.relname, a.attnum) AS columns
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relkind = 'r' AND c.relnamespace = to_regnamespace(${schema}) AND a.attnum > 0 AND NOT a.attisdropped`.execute(
    db,
  );
  return hashOf(JSON.stringify([rows, accessViews(schema), AUDIENCE_VIEWS]));
}

async function isMade(db: Kysely<Schema>, hash: Buffer): Promise<boolean> {
  const { rows } = await sql<{
    hash: Buffer;
  }>`SELECT hash FROM ${sql.id(ACCESS_SCHEMA, "audience_view_set")}`.execute(db);
  return rows[0]?.hash.equals(hash) === true;
}

async function createViews(db: Kysely<Schema>, schema: string): Promise<void> {
  const before = await sql<{ path: string }>`SELECT current_setting('search_path') AS path`.execute(db);
  await sql`SELECT set_config('search_path', ${`${ACCESS_SCHEMA}, ${schema}, pg_temp`}, true)`.execute(db);
  for (const [name, select] of accessViews(schema))
    await sql`CREATE VIEW ${sql.id(ACCESS_SCHEMA, name)} AS ${sql.raw(select)}`.execute(db);
  for (const [name, select] of AUDIENCE_VIEWS) {
    await sql`
      CREATE VIEW ${sql.id(AUDIENCE_SCHEMA, name)} WITH (security_barrier) AS ${sql.raw(select)}`.execute(db);
  }
  await sql`SELECT set_config('search_path', ${before.rows[0]?.path ?? "public"}, true)`.execute(db);
}

/** Makes the views of an audience where they are not those of this version, within a transaction. */
export async function makeAudienceViews(tx: Kysely<Schema>): Promise<void> {
  // one at a time, and nobody who only reads can hold it up
  await sql`LOCK TABLE ${sql.id(ACCESS_SCHEMA, "audience_view_set")} IN SHARE ROW EXCLUSIVE MODE`.execute(tx);
  const schema = await ledgerSchema(tx);
  const hash = await wantedHash(tx, schema);
  if (await isMade(tx, hash)) return;
  await dropAudienceViews(tx);
  await createViews(tx, schema);
  await sql`INSERT INTO ${sql.id(ACCESS_SCHEMA, "audience_view_set")} (hash) VALUES (${hash})`.execute(tx);
}

/** Makes the schemas that logins of readers need, and what is in them, within a transaction. */
export async function makeAccessSchema(tx: Kysely<Schema>): Promise<void> {
  for (const statement of TABLES) await sql.raw(statement).execute(tx);
  await makeAudienceViews(tx);
}

/** Whether the views of an audience are those of this version, without a lock. */
export async function hasAudienceViews(db: Kysely<Schema>): Promise<boolean> {
  return (await hasAccessSchema(db)) && (await isMade(db, await wantedHash(db, await ledgerSchema(db))));
}
