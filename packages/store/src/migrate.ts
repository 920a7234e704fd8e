import { type Kysely, PostgresAdapter, sql } from "kysely";
import { type Migration, type MigrationProvider, Migrator } from "kysely/migration";
import { dropAudienceViews } from "./access/audience-schema.ts";
import { restoreGrants } from "./access/reader-role.ts";
import { allViews } from "./all-views.ts";
import { hashOf } from "./content.ts";
import { NewerLedgerError } from "./errors.ts";
import * as ledger from "./migrations/0001-ledger.ts";
import * as trust from "./migrations/0002-trust.ts";
import * as history from "./migrations/0003-history.ts";
import * as layout from "./migrations/0004-layout.ts";
import * as units from "./migrations/0005-units.ts";
import * as rollups from "./migrations/0006-rollups.ts";
import * as lease from "./migrations/0007-lease.ts";
import * as exceptions from "./migrations/0008-exceptions.ts";
import * as deliveries from "./migrations/0009-deliveries.ts";
import * as runStatistics from "./migrations/0010-run-statistics.ts";
import { forgetRollups } from "./rollups.ts";
import type { Schema } from "./tables.ts";

const MIGRATIONS: Record<string, Migration> = {
  "0001-ledger": ledger,
  "0002-trust": trust,
  "0003-history": history,
  "0004-layout": layout,
  "0005-units": units,
  "0006-rollups": rollups,
  "0007-lease": lease,
  "0008-exceptions": exceptions,
  "0009-deliveries": deliveries,
  "0010-run-statistics": runStatistics,
};

const MIGRATION_TABLE = "kysely_migration";

const provider: MigrationProvider = { getMigrations: async () => MIGRATIONS };

const isPostgres = (db: Kysely<Schema>): boolean => db.getExecutor().adapter instanceof PostgresAdapter;

/** Every view, a view after those it reads. */
const viewsOf = (db: Kysely<Schema>) => allViews(isPostgres(db) ? "postgres" : "sqlite");

/**
 * Views that analysts have made of their own stay; PostgreSQL refuses where one of them is made of ours. An early
 * ledger has tables of the names that some views have now: those stay until their migration.
 */
async function dropViews(db: Kysely<Schema>): Promise<void> {
  if (isPostgres(db)) await dropAudienceViews(db);
  const there = await db.introspection.getTables();
  const views = new Set(there.filter(({ isView }) => isView).map(({ name }) => name));
  for (const [name] of viewsOf(db).toReversed())
    if (views.has(name)) await db.schema.dropView(name).execute();
}

const viewsHash = (db: Kysely<Schema>): Buffer => hashOf(JSON.stringify(viewsOf(db)));

/** The migrations that a ledger has been through, the last one last; asked for at every start, so without ceremony. */
async function migrationsOf(db: Kysely<Schema>): Promise<string[]> {
  const place = isPostgres(db)
    ? sql`SELECT 1 WHERE to_regclass(${MIGRATION_TABLE}) IS NOT NULL`
    : sql`SELECT 1 FROM sqlite_master WHERE name = ${MIGRATION_TABLE}`;
  if ((await place.execute(db)).rows.length === 0) return [];
  const { rows } = await sql<{ name: string }>`
    SELECT name FROM ${sql.table(MIGRATION_TABLE)} ORDER BY name`.execute(db);
  return rows.map(({ name }) => name);
}

async function isPending(db: Kysely<Schema>): Promise<boolean> {
  const done = new Set(await migrationsOf(db));
  return Object.keys(MIGRATIONS).some((name) => !done.has(name));
}

/** Whether tables and views are those of this version. */
async function isUpToDate(db: Kysely<Schema>): Promise<boolean> {
  if (await isPending(db)) return false;
  const made = await db.selectFrom("view_set").select("hash").executeTakeFirst();
  return made !== undefined && viewsHash(db).equals(made.hash);
}

async function makeViews(db: Kysely<Schema>, hash: Buffer): Promise<void> {
  await dropViews(db);
  for (const [name, select] of viewsOf(db)) {
    await sql`CREATE VIEW ${sql.ref(name)} AS ${sql.raw(select)}`.execute(db);
  }
  // they were added up by other definitions
  await forgetRollups(db);
  await db.deleteFrom("view_set").execute();
  await db.insertInto("view_set").values({ hash }).execute();
  if (isPostgres(db)) await restoreGrants(db);
}

/** The newest tables that this version knows. */
export const NEWEST_SCHEMA = Object.keys(MIGRATIONS).at(-1) as string;

/** What a ledger's tables are: the name of its last migration; null where it has none. */
export const schemaOf = async (db: Kysely<Schema>): Promise<string | null> =>
  (await migrationsOf(db)).at(-1) ?? null;

/** @throws NewerLedgerError */
export async function refuseNewer(db: Kysely<Schema>): Promise<void> {
  const schema = await schemaOf(db);
  if (schema !== null && schema > NEWEST_SCHEMA) throw new NewerLedgerError(schema, NEWEST_SCHEMA);
}

/** Any number, as long as nothing else in the database takes an advisory lock of it. */
const MIGRATION_LOCK = 5_107_331;

/** Lets one process at a time do what changes the tables or the views. SQLite sees to that by itself. */
async function alone(db: Kysely<Schema>, work: (db: Kysely<Schema>) => Promise<void>): Promise<void> {
  if (!isPostgres(db)) return await work(db);
  await db.connection().execute(async (own) => {
    await sql`SELECT pg_advisory_lock(${MIGRATION_LOCK})`.execute(own);
    try {
      await work(own);
    } finally {
      await sql`SELECT pg_advisory_unlock(${MIGRATION_LOCK})`.execute(own);
    }
  });
}

/**
 * Brings the tables up to date, and makes every view anew where a definition or a table has changed, so that a view
 * never outlives its definition. The views go first where a table has to change: a table that a view reads cannot be
 * renamed. Where nothing has changed nothing is locked: an analyst's long query and the nightly do not wait for each
 * other. Of several that start at once, one does it and the others wait.
 *
 * @throws NewerLedgerError
 */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  await refuseNewer(db);
  if (await isUpToDate(db)) return;
  await alone(db, async (own) => {
    // while this one waited, another may have done it
    await refuseNewer(own);
    if (await isUpToDate(own)) return;
    if (await isPending(own)) {
      await dropViews(own);
      const { error } = await new Migrator({ db: own, provider }).migrateToLatest();
      if (error !== undefined) throw error;
    }
    await own.transaction().execute((tx) => makeViews(tx, viewsHash(own)));
  });
}
