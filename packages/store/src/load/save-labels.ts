import type { Transaction } from "kysely";
import type { Batch } from "../batch.ts";
import type { Label, Schema } from "../tables.ts";
import { savePeriods } from "./save-periods.ts";

/** What the configuration says of a target's project; null is nothing. */
export interface TargetLabel {
  targetId: number;
  alias: string | null;
  owner: { name: string | null; address: string | null } | null;
}

const NONE: Label = { alias: null, owner_name: null, owner_address: null };

/** Notes the aliases and owners that are others than before: they count from this night on. */
export async function saveLabels(
  db: Transaction<Schema>,
  batch: Batch,
  now: { runId: number; dataDate: string },
  labels: readonly TargetLabel[],
): Promise<void> {
  await savePeriods(
    db,
    batch,
    { table: "label_period", now },
    labels.map(({ targetId, alias, owner }) => ({
      key: targetId,
      values: { alias, owner_name: owner?.name ?? null, owner_address: owner?.address ?? null },
      base: { ...NONE },
    })),
  );
}
