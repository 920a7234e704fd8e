import { type Kysely, sql } from "kysely";
import { type Migration, type MigrationProvider, Migrator } from "kysely/migration";
import * as ledger from "./migrations/0001-ledger.ts";
import { VIEW_DEFINITIONS } from "./view-definitions.ts";

const MIGRATIONS: Record<string, Migration> = { "0001-ledger": ledger };

const provider: MigrationProvider = { getMigrations: async () => MIGRATIONS };

/** Brings the tables up to date, then makes every view anew, so that a view never outlives its definition. */
export async function migrate<DB>(db: Kysely<DB>): Promise<void> {
  const migrator = new Migrator({ db, provider });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  await db.transaction().execute(async (tx) => {
    for (const [name] of VIEW_DEFINITIONS.toReversed()) {
      await sql`DROP VIEW IF EXISTS ${sql.ref(name)}`.execute(tx);
    }
    for (const [name, select] of VIEW_DEFINITIONS) {
      await sql`CREATE VIEW ${sql.ref(name)} AS ${sql.raw(select)}`.execute(tx);
    }
  });
}
