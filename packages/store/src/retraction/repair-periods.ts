import { sql, type Transaction } from "kysely";
import type { PeriodTable } from "../load/save-periods.ts";
import type { Schema } from "../tables.ts";
import type { Effects } from "./effects.ts";
import { type NextRun, nextRun } from "./next-run.ts";

/** Before any night, and after all. */
const FIRST_DATE = "0001-01-01";
const LAST_DATE = "9999-12-31";

/** Tables of what counts from one night until another. */
type Periods = "exception_target" | "exception_period" | "unit_period" | PeriodTable;

interface Period {
  from_date: string;
  to_date: string;
  [column: string]: string | number | null;
}

async function periodsWhere(
  tx: Transaction<Schema>,
  table: Periods,
  column: "from_date" | "to_date",
  date: string,
): Promise<Period[]> {
  const { rows } = await sql<Period>`
    SELECT * FROM ${sql.table(table)} WHERE ${sql.ref(column)} = ${date} ORDER BY from_date`.execute(tx);
  return rows;
}

const givenBy = (period: Period, next: NextRun): Period =>
  "run_id" in period ? { ...period, run_id: next.id } : period;

/** Units that a target was given first on the night: they count for its earlier nights, too, and began with none. */
async function firstUnits(tx: Transaction<Schema>, dataDate: string): Promise<Period[]> {
  const { rows } = await sql<Period>`
    SELECT p.target_id, p.from_date, p.to_date, p.unit, p.run_id FROM unit_period p JOIN run r ON r.id = p.run_id
    WHERE p.from_date = ${FIRST_DATE} AND r.data_date = ${dataDate} AND r.kind = 'ingest'`.execute(tx);
  return rows;
}

/** A period that never was leaves no target behind that it covered. */
async function removePeriod(
  tx: Transaction<Schema>,
  effects: Effects,
  table: Periods,
  period: Period,
): Promise<void> {
  if (table === "exception_period") {
    const { rows } = await sql<Period>`
      SELECT * FROM exception_target WHERE period_id = ${period.id} ORDER BY target_id, from_date`.execute(
      tx,
    );
    for (const row of rows) await effects.change("exception_target", row, null);
  }
  await effects.change(table, period, null);
}

/** A run of an earlier night says nothing of what changed later: what it saw was taken for the past. */
const laterOf = (dataDate: string, next: NextRun | null): NextRun | null =>
  next !== null && next.dataDate > dataDate ? next : null;

/** What began on the night begins with the next run, unless it has ended by then. */
async function beginLater(
  tx: Transaction<Schema>,
  effects: Effects,
  { table, period, next }: { table: Periods; period: Period; next: NextRun | null },
): Promise<void> {
  if (next === null || period.to_date <= next.dataDate) await removePeriod(tx, effects, table, period);
  else await effects.change(table, period, givenBy({ ...period, from_date: next.dataDate }, next));
}

/** What ended on the night ends with the next run; it goes on where there is none. */
async function endLater(
  tx: Transaction<Schema>,
  effects: Effects,
  { table, period, next }: { table: Periods; period: Period; next: NextRun | null },
): Promise<void> {
  const to_date = next?.dataDate ?? LAST_DATE;
  if (period.from_date >= to_date) await removePeriod(tx, effects, table, period);
  else await effects.change(table, period, { ...period, to_date });
}

async function repairExceptions(
  tx: Transaction<Schema>,
  effects: Effects,
  dataDate: string,
  next: NextRun | null,
): Promise<void> {
  for (const table of ["exception_target", "exception_period"] as const) {
    const began = await periodsWhere(tx, table, "from_date", dataDate);
    const ended = await periodsWhere(tx, table, "to_date", dataDate);
    for (const period of began) {
      const isKnown = table === "exception_period" || (await hasTarget(tx, Number(period.target_id)));
      await beginLater(tx, effects, { table, period, next: isKnown ? next : null });
    }
    for (const period of ended) await endLater(tx, effects, { table, period, next });
  }
  for (const row of await coverageOfNobody(tx)) await effects.change("exception_target", row, null);
}

/** Whether anything of a target is on record, on any night. */
async function hasTarget(tx: Transaction<Schema>, targetId: number): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 WHERE EXISTS (SELECT 1 FROM snapshot WHERE target_id = ${targetId})
      OR EXISTS (SELECT 1 FROM gap WHERE target_id = ${targetId})`.execute(tx);
  return rows.length > 0;
}

/** What exceptions cover of targets of which nothing is on record any more. */
async function coverageOfNobody(tx: Transaction<Schema>): Promise<Period[]> {
  const { rows } = await sql<Period>`
    SELECT x.* FROM exception_target x
    WHERE x.target_id IN (SELECT m.target_id FROM retraction_target m)
      AND NOT EXISTS (SELECT 1 FROM snapshot s WHERE s.target_id = x.target_id)
      AND NOT EXISTS (SELECT 1 FROM gap g WHERE g.target_id = x.target_id)
    ORDER BY x.target_id, x.period_id, x.from_date`.execute(tx);
  return rows;
}

/** Two periods of one unit that follow each other are one. */
async function joinUnits(tx: Transaction<Schema>, effects: Effects, targetId: number): Promise<void> {
  const { rows } = await sql<Period>`
    SELECT * FROM unit_period WHERE target_id = ${targetId} ORDER BY from_date`.execute(tx);
  let last: Period | null = null;
  for (const period of rows) {
    if (last === null || last.unit !== period.unit) {
      last = period;
      continue;
    }
    await effects.change("unit_period", period, null);
    const joined: Period = { ...last, to_date: period.to_date };
    await effects.change("unit_period", last, joined);
    last = joined;
  }
}

/** The next run gives the target its first unit, unless it gave another one itself. */
async function giveFirst(
  tx: Transaction<Schema>,
  effects: Effects,
  period: Period,
  next: NextRun | null,
): Promise<void> {
  if (next !== null && period.to_date > next.dataDate) {
    await effects.change("unit_period", period, givenBy(period, next));
    return;
  }
  await effects.change("unit_period", period, null);
  const following = await periodsWhere(tx, "unit_period", "from_date", period.to_date);
  for (const one of following.filter(({ target_id }) => target_id === period.target_id))
    await effects.change("unit_period", one, { ...one, from_date: FIRST_DATE });
}

async function repairUnits(tx: Transaction<Schema>, effects: Effects, dataDate: string): Promise<void> {
  const began = await periodsWhere(tx, "unit_period", "from_date", dataDate);
  const ended = await periodsWhere(tx, "unit_period", "to_date", dataDate);
  const first = await firstUnits(tx, dataDate);
  const targets = new Set([...began, ...ended, ...first].map(({ target_id }) => Number(target_id)));
  for (const targetId of targets) {
    const next = await nextRun(tx, dataDate, targetId);
    const later = laterOf(dataDate, next);
    const own = ({ target_id }: Period) => target_id === targetId;
    for (const period of began.filter(own))
      await beginLater(tx, effects, { table: "unit_period", period, next: later });
    for (const period of ended.filter(own))
      await endLater(tx, effects, { table: "unit_period", period, next: later });
    for (const period of first.filter(own)) await giveFirst(tx, effects, period, next);
    await joinUnits(tx, effects, targetId);
  }
}

/** What targets and accounts are called since the night. A name that goes leaves the one before it in its place. */
async function repairNames(
  tx: Transaction<Schema>,
  effects: Effects,
  { table, dataDate, next: nextOfAll }: { table: PeriodTable; dataDate: string; next: NextRun | null },
): Promise<void> {
  const key = (period: Period) => period[table === "account_period" ? "account" : "target_id"];
  const began = await periodsWhere(tx, table, "from_date", dataDate);
  const ended = await periodsWhere(tx, table, "to_date", dataDate);
  for (const one of new Set([...began, ...ended].map(key))) {
    const own = typeof one === "number" ? await nextRun(tx, dataDate, one) : nextOfAll;
    const next = laterOf(dataDate, own);
    for (const period of began.filter((each) => key(each) === one))
      await beginLater(tx, effects, { table, period, next });
    for (const period of ended.filter((each) => key(each) === one))
      await endLater(tx, effects, { table, period, next });
  }
}

/**
 * What began or ended on the night because of what the configuration said then, begins or ends with the next run; where
 * there is none yet it is as it was before, and the next run notes it.
 */
export async function repairPeriods(
  tx: Transaction<Schema>,
  effects: Effects,
  dataDate: string,
  next: NextRun | null,
): Promise<void> {
  await repairExceptions(tx, effects, dataDate, laterOf(dataDate, next));
  await repairUnits(tx, effects, dataDate);
  for (const table of ["name_period", "label_period", "account_period"] as const)
    await repairNames(tx, effects, { table, dataDate, next });
}
