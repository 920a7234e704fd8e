import { sql, type Transaction } from "kysely";
import { forgetRollups } from "../rollups.ts";
import type { Schema } from "../tables.ts";
import { appliedMigrations, hasTable } from "./applied-migrations.ts";
import { applyMigrations, makeMigrationTables } from "./apply-migrations.ts";
import { applyPastViews } from "./apply-past-views.ts";
import { engineOf } from "./engine.ts";
import * as postgres from "./postgres-views.ts";
import * as sqlite from "./sqlite-views.ts";
import { takeOver } from "./take-over.ts";
import { inStep } from "./upgrade-step.ts";
import { newestOf, type Version } from "./version.ts";
import type { ViewChanges } from "./view-changes.ts";
import { recordViews } from "./view-state.ts";

/** What an upgrade did, or would do. */
export interface Upgrade {
  /** The last migration that the ledger had been through; null where it was empty. */
  from: string | null;
  to: string;
  migrations: readonly string[];
  views: ViewChanges;
  untouchedViews: number;
}

/** The views that the ledger has of an earlier version, and this one does not. */
async function formerViews(tx: Transaction<Schema>, names: readonly string[]): Promise<string[]> {
  if (!(await hasTable(tx, "view_hash"))) return [];
  const rows = await tx.selectFrom("view_hash").select("name").orderBy("name").execute();
  return rows.map(({ name }) => name).filter((name) => !names.includes(name));
}

/** How an engine's views come through an upgrade. */
interface Views {
  /** Takes ours out of the way. */
  withoutViews(): Promise<void>;
  replace(): Promise<ViewChanges>;
}

async function sqliteViews(tx: Transaction<Schema>, version: Version, isNew: boolean): Promise<Views> {
  const views = version.views("sqlite");
  const names = views.map(([name]) => name);
  const former = await formerViews(tx, names);
  const others = await sqlite.readableViews(tx, new Set([...names, ...former]));
  return {
    // a view is bound when it is read, and in nothing's way
    withoutViews: async () => {},
    async replace() {
      const changes = await sqlite.replaceViews(tx, views, former);
      // a new ledger has nothing to lose
      if (!isNew) await sqlite.requireReadable(tx, views, others);
      return changes;
    },
  };
}

async function postgresViews(tx: Transaction<Schema>, version: Version): Promise<Views> {
  const views = version.views("postgres");
  const names = views.map(([name]) => name);
  const former = await formerViews(tx, names);
  const ours = [...names, ...former];
  const aside: postgres.SetAside = new Map();
  return {
    async withoutViews() {
      const { rows } = await sql<{ name: string }>`
        SELECT relname AS name FROM pg_class WHERE relkind = 'v' AND relnamespace = current_schema()::regnamespace
          AND relname = ANY(${ours}::text[])`.execute(tx);
      await postgres.setAside(
        tx,
        rows.map(({ name }) => name),
        ours,
        aside,
      );
    },
    replace: () => postgres.replaceViews(tx, views, former, aside),
  };
}

/** All that brings a ledger up to date, within a transaction. @throws FailedStep, BlockedUpgradeError, OtherStructureError */
export async function applyUpgrade(tx: Transaction<Schema>, version: Version): Promise<Upgrade> {
  const engine = engineOf(tx);
  await inStep("making the tables of migrations", () => makeMigrationTables(tx));
  const applied = await appliedMigrations(tx);
  const views =
    engine === "sqlite"
      ? await sqliteViews(tx, version, applied.length === 0)
      : await postgresViews(tx, version);
  if (applied.some(({ hash }) => hash === null)) {
    const names = applied.map(({ name }) => name);
    await inStep("comparing the tables", () => takeOver(tx, version, names, views.withoutViews));
  }
  const migrations = await applyMigrations(tx, version, applied, (up) =>
    engine === "sqlite" ? up() : applyPastViews(tx, up, views.withoutViews),
  );
  const changes = await views.replace();
  // they were added up by other definitions
  await inStep("forgetting the kept sums", () => forgetRollups(tx));
  await inStep("keeping the hashes of the views", () => recordViews(tx, version.views(engine)));
  const touched = Object.values(changes).flat().length - changes.dropped.length;
  return {
    from: applied.at(-1)?.name ?? null,
    to: newestOf(version),
    migrations,
    views: changes,
    untouchedViews: version.views(engine).length - touched,
  };
}
