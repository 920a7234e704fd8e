import { type Kysely, sql, type Transaction } from "kysely";
import { BlockedUpgradeError } from "../errors.ts";
import type { Schema } from "../tables.ts";
import { dependentsOfOthers, viewsReading } from "./postgres-dependents.ts";
import { inScratch } from "./postgres-scratch.ts";
import { propertiesOf, restoringStatements, type ViewProperties } from "./postgres-view-properties.ts";
import { inStep } from "./upgrade-step.ts";
import type { ViewDefinition } from "./version.ts";
import type { ViewChanges } from "./view-changes.ts";

/** A view as the engine reads its definition. */
interface Shape {
  definition: string;
  /** Each with its type and collation. */
  columns: readonly string[];
}

/** The shapes of the views that a connection sees first under these names. */
async function shapesOf(db: Kysely<Schema>, names: readonly string[]): Promise<Map<string, Shape>> {
  const { rows } = await sql<Shape & { name: string }>`
    SELECT c.relname AS name, pg_get_viewdef(c.oid) AS definition,
      (SELECT json_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attcollation
          ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0) AS columns
    FROM pg_class c
    WHERE c.relkind = 'v' AND c.relname = ANY(${[...names]}::text[])
      AND c.oid = to_regclass(quote_ident(c.relname))`.execute(db);
  return new Map(rows.map(({ name, ...shape }) => [name, shape]));
}

const createView = (name: string, select: string, how: "CREATE" | "CREATE OR REPLACE" | "CREATE TEMP") =>
  sql`${sql.raw(how)} VIEW ${sql.ref(name)} AS ${sql.raw(select)}`;

/** The shapes that definitions come to, found by making them aside. */
async function wantedShapes(
  tx: Transaction<Schema>,
  views: readonly ViewDefinition[],
): Promise<Map<string, Shape>> {
  return await inScratch(tx, "ledger", async () => {
    for (const [name, select] of views) {
      await inStep(`view ${name}`, () => createView(name, select, "CREATE TEMP").execute(tx));
    }
    return await shapesOf(
      tx,
      views.map(([name]) => name),
    );
  });
}

const isSame = (a: Shape, b: Shape): boolean =>
  a.definition === b.definition && a.columns.join() === b.columns.join();
/** CREATE OR REPLACE adds columns at the end, and changes none. */
const isReplaceable = (old: Shape, wanted: Shape): boolean =>
  old.columns.every((column, index) => wanted.columns[index] === column);

/** The properties of views that were dropped, by their names. */
export type SetAside = Map<string, ViewProperties>;

/**
 * Drops views to create them again later, and keeps their properties.
 *
 * @throws BlockedUpgradeError where something of others hangs on them
 */
export async function setAside(
  tx: Transaction<Schema>,
  names: readonly string[],
  ours: readonly string[],
  aside: SetAside,
): Promise<void> {
  if (names.length === 0) return;
  const blockers = await dependentsOfOthers(tx, names, ours);
  if (blockers.length > 0) throw new BlockedUpgradeError(blockers);
  for (const [name, properties] of await propertiesOf(tx, names)) aside.set(name, properties);
  await inStep(`views ${names.join(", ")}`, () =>
    sql`DROP VIEW ${sql.join(names.map((name) => sql.ref(name)))}`.execute(tx),
  );
}

/** Gives a view the properties that it had. @returns whether something was missing */
async function restore(tx: Transaction<Schema>, name: string, before: ViewProperties): Promise<boolean> {
  const columns = new Set(
    (await shapesOf(tx, [name])).get(name)?.columns.map((column) => column.split(" ")[0] ?? ""),
  );
  let restored = false;
  // the rights of a view are others once it has another owner
  for (const what of ["owner", "all"] as const) {
    const now = (await propertiesOf(tx, [name])).get(name);
    if (now === undefined) throw new Error("The view is gone.");
    const wanted = what === "owner" ? { ...now, owner: before.owner } : before;
    for (const statement of restoringStatements(name, wanted, now, columns)) {
      await sql.raw(statement).execute(tx);
      restored = true;
    }
  }
  return restored;
}

/**
 * Makes the views of a version: those whose definition is the same stay untouched, with everything that others have made
 * of them; the others are replaced in their place if their columns allow it, and otherwise dropped with those of ours
 * that read them and created again, with the rights that they had.
 *
 * @throws BlockedUpgradeError where something of others hangs on what has to be dropped
 */
export async function replaceViews(
  tx: Transaction<Schema>,
  views: readonly ViewDefinition[],
  former: readonly string[],
  aside: SetAside,
): Promise<ViewChanges> {
  const names = views.map(([name]) => name);
  const ours = [...names, ...former];
  const there = await shapesOf(tx, ours);
  const wanted = there.size === 0 ? new Map<string, Shape>() : await wantedShapes(tx, views);
  const shapeOf = (name: string) => wanted.get(name) as Shape;
  const changed = names.filter((name) => there.has(name) && !isSame(there.get(name) as Shape, shapeOf(name)));
  const dropped = former.filter((name) => there.has(name));
  const roots = [
    ...dropped,
    ...changed.filter((name) => !isReplaceable(there.get(name) as Shape, shapeOf(name))),
  ];
  const inTheWay = [...(await viewsReading(tx, roots, ours))];
  const replaced = changed.filter((name) => !inTheWay.includes(name));
  await setAside(tx, inTheWay, ours, aside);
  for (const [name, properties] of await propertiesOf(tx, replaced)) aside.set(name, properties);
  const created = names.filter((name) => !there.has(name) && !aside.has(name));
  await makeViews(
    tx,
    views,
    (name) => replaced.includes(name) || !there.has(name) || inTheWay.includes(name),
  );
  for (const [name, properties] of aside) {
    if (names.includes(name)) await inStep(`the rights on view ${name}`, () => restore(tx, name, properties));
  }
  const recreated = names.filter((name) => aside.has(name) && !replaced.includes(name));
  return { created, replaced, recreated, dropped };
}

async function makeViews(
  tx: Transaction<Schema>,
  views: readonly ViewDefinition[],
  isMade: (name: string) => boolean,
): Promise<void> {
  for (const [name, select] of views) {
    if (isMade(name))
      await inStep(`view ${name}`, () => createView(name, select, "CREATE OR REPLACE").execute(tx));
  }
}
