import { type Kysely, sql, type Transaction } from "kysely";
import type { Schema } from "../tables.ts";
import { type AppliedMigration, hasTable } from "./applied-migrations.ts";
import { engineOf } from "./engine.ts";
import { inStep } from "./upgrade-step.ts";
import type { Version } from "./version.ts";

/** The tables in which kysely's Migrator keeps what was applied: earlier versions read them. */
export async function makeMigrationTables(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("kysely_migration")
    .ifNotExists()
    .addColumn("name", "varchar(255)", (c) => c.notNull().primaryKey())
    .addColumn("timestamp", "varchar(255)", (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("kysely_migration_lock")
    .ifNotExists()
    .addColumn("id", "varchar(255)", (c) => c.notNull().primaryKey())
    .addColumn("is_locked", "integer", (c) => c.notNull().defaultTo(0))
    .execute();
  await sql`
    INSERT INTO kysely_migration_lock (id, is_locked) VALUES ('migration_lock', 0) ON CONFLICT DO NOTHING`.execute(
    db,
  );
}

async function recordHashes(tx: Transaction<Schema>, version: Version): Promise<void> {
  const engine = engineOf(tx);
  const rows = Object.keys(version.migrations).map((name) => ({
    name,
    hash: Buffer.from(version.hashes[name]?.[engine] ?? "", "hex"),
  }));
  await tx
    .insertInto("migration_hash")
    .values(rows)
    .onConflict((row) => row.doNothing())
    .execute();
}

/** Takes the ledger through the migrations that it has not been through, and returns their names. */
export async function applyMigrations(
  tx: Transaction<Schema>,
  version: Version,
  applied: readonly AppliedMigration[],
  apply: (up: () => Promise<void>) => Promise<void>,
): Promise<string[]> {
  const done = new Set(applied.map(({ name }) => name));
  const pending = Object.entries(version.migrations).filter(([name]) => !done.has(name));
  for (const [name, migration] of pending) {
    await inStep(`migration ${name}`, async () => {
      await apply(() => migration.up(tx));
      const now = new Date().toISOString();
      await sql`INSERT INTO kysely_migration (name, timestamp) VALUES (${name}, ${now})`.execute(tx);
    });
  }
  if (await hasTable(tx, "migration_hash")) {
    await inStep("keeping the hashes of the migrations", () => recordHashes(tx, version));
  }
  return pending.map(([name]) => name);
}
