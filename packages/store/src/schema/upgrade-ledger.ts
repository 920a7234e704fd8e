import { type Kysely, sql, type Transaction } from "kysely";
import { forgetRollups } from "../rollups.ts";
import type { Schema } from "../tables.ts";
import { appliedMigrations } from "./applied-migrations.ts";
import { applyMigrations, makeMigrationTables } from "./apply-migrations.ts";
import { engineOf } from "./engine.ts";
import { exclusively, LOCK_TIMEOUT_MS } from "./exclusively.ts";
import { requireKnown } from "./require-known.ts";
import { inStep } from "./upgrade-step.ts";
import { THIS_VERSION, type Version } from "./version.ts";
import { hasViews, recordViews } from "./view-state.ts";

/** Whether tables and views are those of a version. @throws NewerLedgerError, EditedMigrationError */
async function isUpToDate(db: Kysely<Schema>, version: Version): Promise<boolean> {
  const engine = engineOf(db);
  const applied = await appliedMigrations(db);
  requireKnown(applied, version, engine);
  if (applied.length < Object.keys(version.migrations).length) return false;
  return applied.every(({ hash }) => hash !== null) && (await hasViews(db, version.views(engine)));
}

async function dropViews(tx: Transaction<Schema>, version: Version): Promise<void> {
  const there = await tx.introspection.getTables();
  const views = new Set(there.filter(({ isView }) => isView).map(({ name }) => name));
  for (const [name] of version.views(engineOf(tx)).toReversed())
    if (views.has(name)) await tx.schema.dropView(name).execute();
}

async function apply(tx: Transaction<Schema>, version: Version): Promise<void> {
  await inStep("the tables of migrations", () => makeMigrationTables(tx));
  const applied = await appliedMigrations(tx);
  await dropViews(tx, version);
  await applyMigrations(tx, version, applied, (_, up) => up());
  const views = version.views(engineOf(tx));
  for (const [name, select] of views) {
    await inStep(`view ${name}`, () => sql`CREATE VIEW ${sql.ref(name)} AS ${sql.raw(select)}`.execute(tx));
  }
  // they were added up by other definitions
  await inStep("the kept sums", () => forgetRollups(tx));
  await inStep("the hashes of the views", () => recordViews(tx, views));
}

/**
 * Brings tables and views up to date, all or nothing: one transaction. Where nothing has changed nothing is locked: an
 * analyst's long query and the nightly do not wait for each other. Of several that start at once, one does it and the
 * others wait.
 */
export async function upgradeLedger(db: Kysely<Schema>, version: Version = THIS_VERSION): Promise<void> {
  if (await isUpToDate(db, version)) return;
  await exclusively(db, LOCK_TIMEOUT_MS, async (tx) => {
    // while this one waited, another may have done it
    if (!(await isUpToDate(tx, version))) await apply(tx, version);
  });
}
