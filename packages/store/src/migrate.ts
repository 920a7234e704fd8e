import { type Kysely, PostgresAdapter, sql } from "kysely";
import { type Migration, type MigrationProvider, Migrator } from "kysely/migration";
import { allViews } from "./all-views.ts";
import { hashOf } from "./content.ts";
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

const provider: MigrationProvider = { getMigrations: async () => MIGRATIONS };

/** Every view, a view after those it reads. */
function viewsOf(db: Kysely<Schema>) {
  const engine = db.getExecutor().adapter instanceof PostgresAdapter ? "postgres" : "sqlite";
  return allViews(engine);
}

/**
 * Views that analysts have made of their own stay; PostgreSQL refuses where one of them is made of ours. An early
 * ledger has tables of the names that some views have now: those stay until their migration.
 */
async function dropViews(db: Kysely<Schema>): Promise<void> {
  const there = await db.introspection.getTables();
  const views = new Set(there.filter(({ isView }) => isView).map(({ name }) => name));
  for (const [name] of viewsOf(db).toReversed())
    if (views.has(name)) await db.schema.dropView(name).execute();
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
}

/**
 * Brings the tables up to date, and makes every view anew where a definition or a table has changed, so that a view
 * never outlives its definition. The views go first where a table has to change: a table that a view reads cannot be
 * renamed. Where nothing has changed nothing is locked: an analyst's long query and the nightly do not wait for each
 * other.
 */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const migrator = new Migrator({ db, provider });
  const pending = (await migrator.getMigrations()).some(({ executedAt }) => executedAt === undefined);
  if (pending) {
    await dropViews(db);
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
  }
  const hash = hashOf(JSON.stringify(viewsOf(db)));
  const made = await db.selectFrom("view_set").select("hash").executeTakeFirst();
  if (!pending && made !== undefined && hash.equals(made.hash)) return;
  await db.transaction().execute((tx) => makeViews(tx, hash));
}
