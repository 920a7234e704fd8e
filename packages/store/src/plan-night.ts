import type { Transaction } from "kysely";
import { recordChanges } from "./audit/record-changes.ts";
import { extendCalendar } from "./calendar.ts";
import { keepUnits } from "./keep-units.ts";
import { saveLabels, type TargetLabel } from "./load/save-labels.ts";
import type { Ledger } from "./open.ts";
import { dropRollups } from "./rollups.ts";
import { requireUnderWay } from "./seal/require-under-way.ts";
import type { Schema } from "./tables.ts";
import { keepTargets, type TargetIdentity } from "./target-identity.ts";

/** The last date up to `dataDate` on which each target has a snapshot. */
async function lastSnapshots(db: Transaction<Schema>, dataDate: string): Promise<Map<number, string>> {
  const rows = await db
    .selectFrom("target")
    .select((eb) => [
      "id",
      eb
        .selectFrom("snapshot")
        .select((max) => max.fn.max("data_date").as("last"))
        .whereRef("snapshot.target_id", "=", "target.id")
        .where("snapshot.data_date", "<=", dataDate)
        .as("last"),
    ])
    .execute();
  return new Map(rows.flatMap(({ id, last }) => (last === null ? [] : [[id, last]])));
}

/** A target of a night to come; no unit is none, and no label. */
export interface NightTarget extends TargetIdentity, Partial<Omit<TargetLabel, "targetId">> {
  unit?: string | null;
}

/** A target that still has to be fetched, with its id in the ledger. */
export type PlannedTarget<T extends TargetIdentity> = T & { targetId: number };

/**
 * Puts every expected target on record as missing, kind `not_attempted`, before the first call: whatever
 * happens to the process, no gap is hidden. Notes the names, labels and business units that have changed. Gives those that have no
 * snapshot of this night yet, the longest without one first.
 */
export async function planNight<T extends NightTarget>(
  ledger: Ledger,
  runId: number,
  dataDate: string,
  targets: readonly T[],
): Promise<PlannedTarget<T>[]> {
  return await ledger.db.transaction().execute(async (tx) => {
    await requireUnderWay(tx, [runId]);
    await dropRollups(tx, [dataDate]);
    // a run that expects nothing records nothing
    if (targets.length > 0) await extendCalendar(tx, runId, dataDate);
    const batch = ledger.batchOf(tx);
    const tables = ["target", "name_period", "label_period", "unit_period"] as const;
    const now = { runId, dataDate };
    const kept = await recordChanges(tx, { runId, tables }, async () => {
      const ids = await keepTargets(tx, batch, now, targets);
      const named = targets.map((target, index) => ({ ...target, targetId: ids[index] as number }));
      const units = named.map(({ targetId, unit = null }) => ({ targetId, unit }));
      await keepUnits(tx, batch, now, units);
      const labels = named.map(({ targetId, alias = null, owner = null }) => ({ targetId, alias, owner }));
      await saveLabels(tx, batch, now, labels);
      return named;
    });
    const last = await lastSnapshots(tx, dataDate);
    const planned = kept.filter(({ targetId }) => last.get(targetId) !== dataDate);
    const keys = planned.map(({ targetId }) => ({ target_id: targetId, data_date: dataDate }));
    await batch.clearGaps(keys);
    await batch.insert(
      "gap",
      keys.map((key) => ({
        ...key,
        failure_kind: "not_attempted",
        detail: "The run ended before this target's turn.",
        attempts: 0,
        run_id: runId,
        payload_id: null,
      })),
    );
    const lastOf = ({ targetId }: { targetId: number }): string => last.get(targetId) ?? "";
    return planned.sort((a, b) => (lastOf(a) < lastOf(b) ? -1 : lastOf(a) > lastOf(b) ? 1 : 0));
  });
}
