import type { Ledger } from "../open.ts";
import { dropRollups } from "../rollups.ts";
import { requireUnderWay } from "../seal/require-under-way.ts";

/** What stands for a whole account in a target's place: its region, project and filter. */
const ALL = "*";

/**
 * An earlier run of the same night may have put a whole account down as missing, since nobody knew what it has. Once it
 * is known, its targets stand for it.
 */
export async function clearAccountGaps(
  ledger: Ledger,
  { runId, dataDate, known }: { runId: number; dataDate: string; known: readonly string[] },
): Promise<void> {
  if (known.length === 0) return;
  await ledger.db.transaction().execute(async (tx) => {
    await requireUnderWay(tx, [runId]);
    const standIns = await tx
      .selectFrom("gap as g")
      .innerJoin("target as t", "t.id", "g.target_id")
      .select(["g.target_id", "g.data_date"])
      .where("g.data_date", "=", dataDate)
      .where("t.project_id", "=", ALL)
      .where("t.account", "in", known)
      .execute();
    if (standIns.length === 0) return;
    await dropRollups(tx, [dataDate]);
    await ledger.batchOf(tx).clearGaps(standIns);
  });
}
