import { type Kysely, sql } from "kysely";
import { type Migration, type MigrationProvider, Migrator } from "kysely/migration";
import * as ledger from "./migrations/0001-ledger.ts";
import * as trust from "./migrations/0002-trust.ts";
import * as history from "./migrations/0003-history.ts";
import { VIEW_DEFINITIONS } from "./view-definitions.ts";

const MIGRATIONS: Record<string, Migration> = {
  "0001-ledger": ledger,
  "0002-trust": trust,
  "0003-history": history,
};

const provider: MigrationProvider = { getMigrations: async () => MIGRATIONS };

async function dropViews<DB>(db: Kysely<DB>): Promise<void> {
  for (const [name] of VIEW_DEFINITIONS.toReversed()) {
    await sql`DROP VIEW IF EXISTS ${sql.ref(name)}`.execute(db);
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
    for (const [name, select] of VIEW_DEFINITIONS) {
      await sql`CREATE VIEW ${sql.ref(name)} AS ${sql.raw(select)}`.execute(tx);
    }
  });
}
