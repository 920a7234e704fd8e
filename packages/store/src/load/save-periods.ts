import { sql, type Transaction } from "kysely";
import type { Batch } from "../batch.ts";
import type { Schema } from "../tables.ts";

/** After all nights. */
const LAST_DATE = "9999-12-31";

/** Tables of what was called something from one night until another. */
export type PeriodTable = "name_period" | "label_period" | "account_period";

type Values = Readonly<Record<string, string | null>>;

/** How something is called tonight. */
export interface Wanted {
  /** The target's number, or the account. */
  key: number | string;
  /** The columns of the table that say it. */
  values: Values;
  /** How it was called before its first period. */
  base: Values;
}

interface Now {
  runId: number;
  dataDate: string;
}

type OpenPeriod = Values & { from_date: string };

const keyColumn = (table: PeriodTable) => (table === "account_period" ? "account" : "target_id");

const isSame = (before: Values, now: Values): boolean =>
  Object.entries(now).every(([column, value]) => before[column] === value);

async function openPeriods(db: Transaction<Schema>, table: PeriodTable): Promise<Map<unknown, OpenPeriod>> {
  const { rows } = await sql<OpenPeriod>`
    SELECT * FROM ${sql.table(table)} WHERE to_date = ${LAST_DATE}`.execute(db);
  return new Map(rows.map((row) => [row[keyColumn(table)] as unknown, row]));
}

/** Whether a later night than this is on record: this one then says nothing of what things are called now. */
async function isPast(db: Transaction<Schema>, dataDate: string): Promise<boolean> {
  const { last } = await db
    .selectFrom("snapshot")
    .select((eb) => eb.fn.max<string | null>("data_date").as("last"))
    .executeTakeFirstOrThrow();
  return last !== null && last > dataDate;
}

async function change(
  db: Transaction<Schema>,
  table: PeriodTable,
  row: { key: number | string; from: string; set: Values & { run_id?: never } } & { runId: number | null },
): Promise<void> {
  const assigned = Object.entries(row.set).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
  if (row.runId !== null) assigned.push(sql`run_id = ${row.runId}`);
  await sql`UPDATE ${sql.table(table)} SET ${sql.join(assigned)}
    WHERE ${sql.ref(keyColumn(table))} = ${row.key} AND from_date = ${row.from}`.execute(db);
}

/**
 * Notes what is called otherwise than before, from this night on: earlier nights keep what they had. On the same night
 * again the later word counts; a night before the last one on record says nothing.
 *
 * @returns those that changed
 */
export async function savePeriods(
  db: Transaction<Schema>,
  batch: Batch,
  { table, now: { runId, dataDate } }: { table: PeriodTable; now: Now },
  wanted: readonly Wanted[],
): Promise<Wanted[]> {
  const open = await openPeriods(db, table);
  const changed = wanted.filter(({ key, values, base }) => !isSame(open.get(key) ?? base, values));
  if (changed.length === 0 || (await isPast(db, dataDate))) return [];
  const begun: Wanted[] = [];
  for (const one of changed) {
    const from = open.get(one.key)?.from_date;
    if (from === dataDate) await change(db, table, { key: one.key, from, set: one.values, runId });
    else if (from === undefined || from < dataDate) {
      if (from !== undefined)
        await change(db, table, { key: one.key, from, set: { to_date: dataDate }, runId: null });
      begun.push(one);
    }
  }
  await batch.insert(
    table,
    begun.map(({ key, values }) => ({
      [keyColumn(table)]: key,
      from_date: dataDate,
      to_date: LAST_DATE,
      ...values,
      run_id: runId,
    })) as never,
  );
  return changed;
}
