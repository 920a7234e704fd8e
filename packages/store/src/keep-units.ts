import type { Transaction } from "kysely";
import type { Batch } from "./batch.ts";
import type { Schema } from "./tables.ts";

/** The business unit of a target as it is configured; null is none. */
export interface TargetUnit {
  targetId: number;
  unit: string | null;
}

/** Before any night, and after all. */
const FIRST_DATE = "0001-01-01";
const LAST_DATE = "9999-12-31";

/** The unit that each target has had to this day, and the night on which it was given. */
async function lastPeriods(db: Transaction<Schema>) {
  const periods = await db
    .selectFrom("unit_period as p")
    .innerJoin("run as r", "r.id", "p.run_id")
    .select(["p.target_id", "p.from_date", "p.unit", "r.data_date as given_on"])
    .where("p.to_date", "=", LAST_DATE)
    .execute();
  return new Map(periods.map((period) => [period.target_id, period]));
}

/**
 * Notes which targets belong to another unit than before. The first unit that a target is given counts for its earlier
 * nights, too, since a history is asked for under today's names; a later one counts from its night on. One that is
 * given on the same night again takes the other's place, and a night before the last change says nothing.
 */
export async function keepUnits(
  db: Transaction<Schema>,
  batch: Batch,
  { runId, dataDate }: { runId: number; dataDate: string },
  targets: readonly TargetUnit[],
): Promise<void> {
  const last = await lastPeriods(db);
  const amend = (target: number, fromDate: string) =>
    db.updateTable("unit_period").where("target_id", "=", target).where("from_date", "=", fromDate);
  const changed = targets.filter(({ targetId, unit }) => unit !== (last.get(targetId)?.unit ?? null));
  const added: { targetId: number; unit: string | null; fromDate: string }[] = [];
  for (const { targetId, unit } of changed) {
    const old = last.get(targetId);
    if (old === undefined) added.push({ targetId, unit, fromDate: FIRST_DATE });
    else if (dataDate === old.given_on) {
      await amend(targetId, old.from_date).set({ unit, run_id: runId }).execute();
    } else if (dataDate > old.given_on) {
      await amend(targetId, old.from_date).set({ to_date: dataDate }).execute();
      added.push({ targetId, unit, fromDate: dataDate });
    }
  }
  await batch.insert(
    "unit_period",
    added.map(({ targetId, unit, fromDate }) => ({
      target_id: targetId,
      from_date: fromDate,
      to_date: LAST_DATE,
      unit,
      run_id: runId,
    })),
  );
}
