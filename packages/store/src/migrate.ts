import { type Kysely, sql } from "kysely";
import { type Migration, type MigrationProvider, Migrator } from "kysely/migration";
import * as ledger from "./migrations/0001-ledger.ts";
import * as trust from "./migrations/0002-trust.ts";
import * as history from "./migrations/0003-history.ts";
import * as layout from "./migrations/0004-layout.ts";
import { PART_VIEWS } from "./part-views.ts";
import { VIEW_DEFINITIONS } from "./view-definitions.ts";

const MIGRATIONS: Record<string, Migration> = {
  "0001-ledger": ledger,
  "0002-trust": trust,
  "0003-history": history,
  "0004-layout": layout,
};

const provider: MigrationProvider = { getMigrations: async () => MIGRATIONS };

const VIEWS = [...PART_VIEWS, ...VIEW_DEFINITIONS];

/** An early ledger has tables of the names that some views have now: those stay until their migration. */
async function dropViews<DB>(db: Kysely<DB>): Promise<void> {
  const all = await db.introspection.getTables();
  const tables = new Set(all.filter(({ isView }) => !isView).map(({ name }) => name));
  for (const [name] of VIEWS.toReversed()) {
    if (!tables.has(name)) await sql`DROP VIEW IF EXISTS ${sql.ref(name)}`.execute(db);
  }
}

async function pending(migrator: Migrator): Promise<boolean> {
  const migrations = await migrator.getMigrations();
  return migrations.some(({ executedAt }) => executedAt === undefined);
}

/**
 * Brings the tables up to date, then makes every view anew, so that a view never outlives its definition. The
 * views go first where a table has to change: a table that a view reads cannot be renamed.
 */
export async function migrate<DB>(db: Kysely<DB>): Promise<void> {
  const migrator = new Migrator({ db, provider });
  if (await pending(migrator)) {
    await dropViews(db);
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
  }
  await db.transaction().execute(async (tx) => {
    await dropViews(tx);
    for (const [name, select] of VIEWS) {
      await sql`CREATE VIEW ${sql.ref(name)} AS ${sql.raw(select)}`.execute(tx);
    }
  });
}
