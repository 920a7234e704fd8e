import { type Kysely, sql, type Transaction } from "kysely";
import { BlockedUpgradeError } from "../errors.ts";
import type { Schema } from "../tables.ts";
import { inStep } from "./upgrade-step.ts";
import type { ViewDefinition } from "./version.ts";
import type { ViewChanges } from "./view-changes.ts";

/** SQLite keeps the text of a view as it was given. */
const createView = (name: string, select: string): string => `CREATE VIEW "${name}" AS ${select}`;

async function textsOf(db: Kysely<Schema>): Promise<Map<string, string>> {
  const { rows } = await sql<{ name: string; sql: string }>`
    SELECT name, sql FROM sqlite_master WHERE type = 'view' ORDER BY name`.execute(db);
  return new Map(rows.map(({ name, sql: text }) => [name, text]));
}

/** Why a view cannot be read; null where it can. */
async function brokenBy(db: Kysely<Schema>, name: string): Promise<unknown> {
  try {
    await sql`SELECT * FROM ${sql.table(name)} LIMIT 0`.execute(db);
    return null;
  } catch (error) {
    return error;
  }
}

/** The views of others that can be read, with their SQL. */
export async function readableViews(
  db: Kysely<Schema>,
  ours: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const others = [...(await textsOf(db))].filter(([name]) => !ours.has(name));
  const readable = new Map<string, string>();
  for (const [name, text] of others) if ((await brokenBy(db, name)) === null) readable.set(name, text);
  return readable;
}

/** Drops a view, and returns the SQL of the triggers on it, which go with it. */
async function dropView(tx: Transaction<Schema>, name: string): Promise<string[]> {
  const { rows } = await sql<{ sql: string }>`
    SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ${name}`.execute(tx);
  await tx.schema.dropView(name).execute();
  return rows.map((row) => row.sql);
}

/** Replaces the views whose text is another; views are bound when they are read, so no other is in the way. */
export async function replaceViews(
  tx: Transaction<Schema>,
  views: readonly ViewDefinition[],
  former: readonly string[],
): Promise<ViewChanges> {
  const changes: ViewChanges = { created: [], replaced: [], recreated: [], dropped: [] };
  const there = await textsOf(tx);
  for (const name of former.filter((each) => there.has(each))) {
    await inStep(`view ${name}`, () => dropView(tx, name));
    changes.dropped.push(name);
  }
  for (const [name, select] of views) {
    const text = there.get(name);
    const wanted = createView(name, select);
    if (text === wanted) continue;
    await inStep(`view ${name}`, async () => {
      const triggers = text === undefined ? [] : await dropView(tx, name);
      for (const statement of [wanted, ...triggers]) await sql.raw(statement).execute(tx);
    });
    (text === undefined ? changes.created : changes.replaced).push(name);
  }
  return changes;
}

/**
 * Reads each view, since SQLite finds only then what a view lacks.
 *
 * @throws BlockedUpgradeError where views of others, which could be read before, lack something now
 */
export async function requireReadable(
  tx: Transaction<Schema>,
  views: readonly ViewDefinition[],
  others: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [name] of views) {
    await inStep(`view ${name}`, async () => {
      const why = await brokenBy(tx, name);
      if (why !== null) throw why;
    });
  }
  const broken = [];
  for (const [name, text] of others)
    if ((await brokenBy(tx, name)) !== null) broken.push({ name: `view ${name}`, sql: text });
  if (broken.length > 0) throw new BlockedUpgradeError(broken);
}
