import { type Kysely, PostgresAdapter, sql, type Transaction } from "kysely";
import type { Schema } from "./tables.ts";
import { CHANGE_ROLLUPS } from "./views/change.ts";
import { latestDay } from "./views/latest-day.ts";
import { POINTS_BACK_ROLLUPS } from "./views/points-back.ts";
import { POLICY_ROLLUP, SWITCHED_OFF_ROLLUP } from "./views/policies.ts";
import { PRESSURE_ROLLUPS } from "./views/pressure.ts";
import { QUALITY_ROLLUPS } from "./views/quality.ts";
import { RISK_ROLLUPS } from "./views/risk.ts";
import { ALL_NIGHTS, type Marks, type RolledUp } from "./views/rolled-up.ts";
import type { RunKind } from "./views.ts";

/** Everything of which rows are kept. */
export const ROLLED_UP: readonly RolledUp[] = [
  ...RISK_ROLLUPS,
  ...CHANGE_ROLLUPS,
  ...POINTS_BACK_ROLLUPS,
  ...QUALITY_ROLLUPS,
  SWITCHED_OFF_ROLLUP,
  ...Object.values(PRESSURE_ROLLUPS),
  POLICY_ROLLUP,
];

/** Each of them made for every night, whatever is kept: what rows are kept from, and held against. Private. */
export const COMPUTED_VIEWS: readonly (readonly [name: string, select: string])[] = ROLLED_UP.map(
  ({ name, select }) => [`computed_${name}`, select(ALL_NIGHTS)],
);

/** So many nights without sums are given them when a run ends: their own one, and what is left of others. */
const NIGHTS_AT_ONCE = 31;

/** Gives up all that is kept. */
export async function forgetRollups(db: Kysely<Schema>): Promise<void> {
  await db.deleteFrom("rollup_night").execute();
  await db.deleteFrom("rollup_streak_night").execute();
}

/**
 * Gives up what a change to a night makes wrong, in the transaction that changes it: its own sums, those of every night
 * on which a target answered next, since changes are measured from a target's night before, and every streak that may
 * look back to it.
 */
export async function dropRollups(tx: Transaction<Schema>, dataDates: Iterable<string>): Promise<void> {
  for (const dataDate of new Set(dataDates)) {
    await tx.deleteFrom("rollup_night").where("data_date", "=", dataDate).execute();
    await dropNextSums(tx, dataDate);
    await tx.deleteFrom("rollup_streak_night").where("data_date", ">=", dataDate).execute();
  }
}

/** Most nights that change are the newest: then there is no later one whose targets would have to be looked up. */
async function dropNextSums(tx: Transaction<Schema>, dataDate: string): Promise<void> {
  const later = await tx
    .selectFrom("rollup_night")
    .select("data_date")
    .where("data_date", ">", dataDate)
    .limit(1)
    .executeTakeFirst();
  if (later === undefined) return;
  await sql`
    DELETE FROM rollup_night WHERE data_date > ${dataDate} AND data_date IN (
      SELECT (SELECT MIN(s.data_date) FROM snapshot s WHERE s.target_id = t.id AND s.data_date > ${dataDate})
      FROM target t)`.execute(tx);
}

async function keepNight(tx: Transaction<Schema>, dataDate: string, marks: Marks): Promise<void> {
  for (const { name, columns } of ROLLED_UP.filter((rolled) => rolled.marks === marks)) {
    const table = sql.table(`rollup_${name}`);
    const names = sql.join(columns.map((column) => sql.ref(column)));
    // of nights that are not marked any more, too
    await sql`
      DELETE FROM ${table} WHERE data_date = ${dataDate}
        OR data_date NOT IN (SELECT data_date FROM ${sql.table(marks)})`.execute(tx);
    await sql`
      INSERT INTO ${table} (${names})
        SELECT ${names} FROM ${sql.table(`computed_${name}`)} WHERE data_date = ${dataDate}`.execute(tx);
  }
  await tx.insertInto(marks).values({ data_date: dataDate }).execute();
}

/** The newest nights with snapshots that have nothing kept. */
async function unmarked(db: Kysely<Schema>, marks: Marks, nights: number): Promise<string[]> {
  const { rows } = await sql<{ data_date: string }>`
    SELECT n.data_date FROM night n
    WHERE EXISTS (SELECT 1 FROM snapshot s WHERE s.data_date = n.data_date)
      AND NOT EXISTS (SELECT 1 FROM ${sql.table(marks)} m WHERE m.data_date = n.data_date)
    ORDER BY n.data_date DESC LIMIT ${nights}`.execute(db);
  return rows.map(({ data_date }) => data_date);
}

/**
 * Keeps the sums of the newest nights that have none, each night in a transaction of its own: that of the run which has
 * just ended, and what late answers, a replay, a copy or a new version have left without.
 */
export async function keepSums(db: Kysely<Schema>, nights = NIGHTS_AT_ONCE): Promise<void> {
  for (const dataDate of await unmarked(db, "rollup_night", nights)) {
    await db.transaction().execute((tx) => keepNight(tx, dataDate, "rollup_night"));
  }
}

/** Keeps the streaks of the newest night that is not after today, in the place of those of another. */
export async function keepStreaks(db: Kysely<Schema>): Promise<void> {
  const { newest, marked } = await db
    .selectFrom("snapshot")
    .select((eb) => [
      eb.fn.max<string | null>("data_date").as("newest"),
      eb
        .selectFrom("rollup_streak_night")
        .select((max) => max.fn.max("data_date").as("marked"))
        .as("marked"),
    ])
    .where("data_date", "<=", latestDay())
    .executeTakeFirstOrThrow();
  if (newest === null || newest === marked) return;
  await db.transaction().execute(async (tx) => {
    await tx.deleteFrom("rollup_streak_night").execute();
    await keepNight(tx, newest, "rollup_streak_night");
  });
}

/**
 * PostgreSQL plans by what it knows of its tables, and looks at them of itself a minute late: a first night's sums took
 * ten times longer.
 */
async function measureTables(db: Kysely<Schema>): Promise<void> {
  if (db.getExecutor().adapter instanceof PostgresAdapter) await sql`ANALYZE`.execute(db);
}

/**
 * Keeps what the end of a run leaves to be kept. A replay leaves the streaks to the next night: many replays follow
 * each other, and each would count them anew. What is kept only saves time, so a run has ended whether or not this
 * can be done: where a sum cannot be made (it is beyond what the engine counts), whoever reads it is told.
 */
export async function keepRollups(db: Kysely<Schema>, kind: RunKind): Promise<void> {
  try {
    if (kind === "ingest") await measureTables(db);
    await keepSums(db);
    if (kind === "ingest") await keepStreaks(db);
  } catch {
    // the views make what is not kept
  }
}
