import { type Kysely, sql } from "kysely";
import type { Schema } from "../tables.ts";
import { hasTable } from "./applied-migrations.ts";
import { engineOf } from "./engine.ts";
import { type ViewDefinition, viewHash } from "./version.ts";

/** The hashes of the views that a ledger has; of one that somebody has dropped there is none. */
async function keptHashes(db: Kysely<Schema>): Promise<Map<string, Buffer>> {
  if (!(await hasTable(db, "view_hash"))) return new Map();
  const there =
    engineOf(db) === "postgres"
      ? sql`SELECT 1 FROM pg_class c WHERE c.relname = h.name AND c.relkind = 'v'
          AND c.relnamespace = current_schema()::regnamespace`
      : sql`SELECT 1 FROM sqlite_master m WHERE m.type = 'view' AND m.name = h.name`;
  const { rows } = await sql<{ name: string; hash: Buffer }>`
    SELECT h.name, h.hash FROM view_hash h WHERE EXISTS (${there})`.execute(db);
  return new Map(rows.map(({ name, hash }) => [name, hash]));
}

/** Whether a ledger's views are those of these definitions, by what it keeps of them. */
export async function hasViews(db: Kysely<Schema>, views: readonly ViewDefinition[]): Promise<boolean> {
  const kept = await keptHashes(db);
  return (
    kept.size === views.length &&
    views.every(([name, select]) => kept.get(name)?.equals(viewHash(select)) === true)
  );
}

/** Keeps the hashes of all views. */
export async function recordViews(db: Kysely<Schema>, views: readonly ViewDefinition[]): Promise<void> {
  await db.deleteFrom("view_hash").execute();
  const rows = views.map(([name, select]) => ({ name, hash: viewHash(select) }));
  if (rows.length > 0) await db.insertInto("view_hash").values(rows).execute();
}
