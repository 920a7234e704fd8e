import { type Kysely, sql, type Transaction } from "kysely";
import type { Schema } from "./tables.ts";
import { CHANGE_ROLLUPS } from "./views/change.ts";
import { POINTS_BACK_ROLLUPS } from "./views/points-back.ts";
import { RISK_ROLLUPS } from "./views/risk.ts";
import { ALL_NIGHTS, type RolledUp } from "./views/rolled-up.ts";

/** The views whose few rows a night are kept. */
export const ROLLED_UP: readonly RolledUp[] = [...RISK_ROLLUPS, ...CHANGE_ROLLUPS, ...POINTS_BACK_ROLLUPS];

/** Each of them added up for every night, whatever is kept: what a rollup is held against. Private. */
export const COMPUTED_VIEWS: readonly (readonly [name: string, select: string])[] = ROLLED_UP.map(
  ({ view, select }) => [`computed_${view}`, select(ALL_NIGHTS)],
);

/** So many nights without a rollup are given one when a run ends: what a report looks back over. */
const NIGHTS_AT_ONCE = 92;

/**
 * Gives up the rollups that a change to a night makes wrong, in the transaction that changes it: its own, and that of
 * the next night with snapshots, whose change is measured from it.
 */
export async function dropRollups(tx: Transaction<Schema>, dataDates: Iterable<string>): Promise<void> {
  for (const dataDate of new Set(dataDates)) {
    await sql`
      DELETE FROM rollup_night WHERE data_date = ${dataDate}
        OR data_date = (SELECT MIN(s.data_date) FROM snapshot s WHERE s.data_date > ${dataDate})`.execute(tx);
  }
}

/** Keeps the sums of a night, as the views give them. */
async function rollUpNight(tx: Transaction<Schema>, dataDate: string): Promise<void> {
  await tx.deleteFrom("rollup_night").where("data_date", "=", dataDate).execute();
  for (const { view, columns } of ROLLED_UP) {
    const table = sql.table(`rollup_${view}`);
    const names = sql.join(columns.map((column) => sql.ref(column)));
    await sql`DELETE FROM ${table} WHERE data_date = ${dataDate}`.execute(tx);
    await sql`
      INSERT INTO ${table} (${names}) SELECT ${names} FROM ${sql.table(view)} WHERE data_date = ${dataDate}
    `.execute(tx);
  }
  await tx.insertInto("rollup_night").values({ data_date: dataDate }).execute();
}

/**
 * Keeps the sums of the newest nights that have none, each night in a transaction of its own: that of the run which has
 * just ended, and what late answers, a replay, a copy or a new version have left without.
 */
export async function rollUp(db: Kysely<Schema>, nights = NIGHTS_AT_ONCE): Promise<void> {
  const { rows } = await sql<{ data_date: string }>`
    SELECT n.data_date FROM unrolled_night n
    WHERE EXISTS (SELECT 1 FROM snapshot s WHERE s.data_date = n.data_date)
    ORDER BY n.data_date DESC LIMIT ${nights}`.execute(db);
  for (const { data_date } of rows) await db.transaction().execute((tx) => rollUpNight(tx, data_date));
}
