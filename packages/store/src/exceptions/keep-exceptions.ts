import { type Insertable, sql, type Transaction } from "kysely";
import { accountsNamed } from "../audience/accounts-named.ts";
import { fitsAudience } from "../audience/fits-audience.ts";
import { recordChanges } from "../audit/record-changes.ts";
import type { Batch } from "../batch.ts";
import { dayNumber } from "../calendar.ts";
import type { Ledger } from "../open.ts";
import { requireUnderWay } from "../seal/require-under-way.ts";
import type { Schema, Tables } from "../tables.ts";
import type { RiskException } from "./risk-exception.ts";

/** After all nights. */
const LAST_DATE = "9999-12-31";

interface Now {
  runId: number;
  dataDate: string;
}

type Wording = Omit<Insertable<Tables["exception_period"]>, "id" | "from_date" | "to_date" | "run_id">;

const wordingOf = ({ id, what, targets, ...one }: RiskException): Wording => ({
  exception: id,
  category: what.category,
  severity: what.severity ?? null,
  counter: what.counter ?? null,
  policy: what.policy ?? null,
  targets_filter: JSON.stringify({
    units: targets.units,
    accounts: targets.accounts,
    regions: targets.regions,
    projects: targets.projects,
  }),
  owner: one.owner,
  reason: one.reason,
  approved_by: one.approvedBy,
  valid_from: one.from,
  valid_until: one.until,
  last_day_number: dayNumber(one.until),
});

const isSame = (before: Wording, now: Wording): boolean =>
  (Object.keys(now) as (keyof Wording)[]).every((column) => before[column] === now[column]);

/** The last night on which anything about exceptions changed; null where nothing ever did. */
async function lastChange(tx: Transaction<Schema>): Promise<string | null> {
  const changes = (table: "exception_period" | "exception_target") => sql`
    SELECT from_date AS changed FROM ${sql.table(table)}
    UNION ALL SELECT to_date FROM ${sql.table(table)} WHERE to_date < ${LAST_DATE}`;
  const { rows } = await sql<{ last: string | null }>`
    SELECT MAX(changed) AS last
    FROM (${changes("exception_period")} UNION ALL ${changes("exception_target")}) AS changes`.execute(tx);
  return rows[0]?.last ?? null;
}

/** What began on the same night never was. */
async function endPeriod(
  tx: Transaction<Schema>,
  period: { id: number; from_date: string },
  dataDate: string,
): Promise<void> {
  if (period.from_date < dataDate) {
    await tx.updateTable("exception_period").where("id", "=", period.id).set({ to_date: dataDate }).execute();
    return;
  }
  await tx.deleteFrom("exception_target").where("period_id", "=", period.id).execute();
  await tx.deleteFrom("exception_period").where("id", "=", period.id).execute();
}

/** Ends what is gone or worded otherwise, begins what is new, and gives the period of each. */
async function keepPeriods(
  tx: Transaction<Schema>,
  { runId, dataDate }: Now,
  exceptions: readonly RiskException[],
): Promise<{ id: number; exception: RiskException }[]> {
  const open = await tx.selectFrom("exception_period").selectAll().where("to_date", "=", LAST_DATE).execute();
  const wanted = new Map(exceptions.map((exception) => [exception.id, wordingOf(exception)]));
  const standing = new Map<string, number>();
  for (const period of open) {
    const wording = wanted.get(period.exception);
    if (wording !== undefined && isSame(period, wording)) standing.set(period.exception, period.id);
    else await endPeriod(tx, period, dataDate);
  }
  const periods: { id: number; exception: RiskException }[] = [];
  for (const exception of exceptions) {
    const known = standing.get(exception.id);
    const { id } =
      known === undefined
        ? await tx
            .insertInto("exception_period")
            .values({ ...wordingOf(exception), from_date: dataDate, to_date: LAST_DATE, run_id: runId })
            .returning("id")
            .executeTakeFirstOrThrow()
        : { id: known };
    periods.push({ id, exception });
  }
  return periods;
}

/** Every target with its unit on the night; its account is given by what names it in tables. */
const targetsOn = async (tx: Transaction<Schema>, dataDate: string) =>
  await tx
    .selectFrom("unit_target as u")
    .innerJoin("target as t", "t.id", "u.target_id")
    .select(["u.target_id", "t.account", "u.region", "u.project_id", "u.project_name", "u.unit"])
    .where("u.from_date", "<=", dataDate)
    .where("u.to_date", ">", dataDate)
    .execute();

async function leaveTarget(
  tx: Transaction<Schema>,
  { target_id, from_date }: { target_id: number; from_date: string },
  { periodId, dataDate }: { periodId: number; dataDate: string },
): Promise<void> {
  if (from_date < dataDate) {
    await tx
      .updateTable("exception_target")
      .where("target_id", "=", target_id)
      .where("period_id", "=", periodId)
      .where("from_date", "=", from_date)
      .set({ to_date: dataDate })
      .execute();
    return;
  }
  await tx
    .deleteFrom("exception_target")
    .where("target_id", "=", target_id)
    .where("period_id", "=", periodId)
    .where("from_date", "=", from_date)
    .execute();
}

/** Notes which targets each exception covers from this night on. */
async function keepCovered(
  tx: Transaction<Schema>,
  batch: Batch,
  dataDate: string,
  periods: readonly { id: number; exception: RiskException }[],
): Promise<void> {
  const all = await targetsOn(tx, dataDate);
  const accountsOf = await accountsNamed(tx);
  for (const { id, exception } of periods) {
    const covered = await tx
      .selectFrom("exception_target")
      .select(["target_id", "from_date"])
      .where("period_id", "=", id)
      .where("to_date", "=", LAST_DATE)
      .execute();
    const accounts = exception.targets.accounts?.flatMap((name) => accountsOf(name));
    const targets = { ...exception.targets, accounts };
    const members = new Set(
      all.filter((one) => fitsAudience(targets, one)).map(({ target_id }) => target_id),
    );
    for (const row of covered.filter(({ target_id }) => !members.has(target_id)))
      await leaveTarget(tx, row, { periodId: id, dataDate });
    const known = new Set(covered.map(({ target_id }) => target_id));
    const added = [...members].filter((target_id) => !known.has(target_id));
    await batch.insert(
      "exception_target",
      added.map((target_id) => ({ target_id, period_id: id, from_date: dataDate, to_date: LAST_DATE })),
    );
  }
}

/**
 * Puts the exceptions of a night on record: what is new or worded otherwise counts from this night on, what is gone
 * counts no more, and earlier nights keep what they had. What covers which targets is noted where it changes, since
 * names and units do. On the same night again the later word counts; a night before the last change says nothing.
 *
 * @throws RunOverError
 */
export async function keepExceptions(
  ledger: Ledger,
  now: Now,
  exceptions: readonly RiskException[],
): Promise<void> {
  const { runId, dataDate } = now;
  await ledger.db.transaction().execute(async (tx) => {
    await requireUnderWay(tx, [runId]);
    const last = await lastChange(tx);
    if (last === null ? exceptions.length === 0 : dataDate < last) return;
    const tables = ["exception_period", "exception_target"] as const;
    await recordChanges(tx, { runId, tables }, async () => {
      const periods = await keepPeriods(tx, now, exceptions);
      if (periods.length > 0) await keepCovered(tx, ledger.batchOf(tx), dataDate, periods);
    });
  });
}
