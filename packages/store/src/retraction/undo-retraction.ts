import { sql, type Transaction } from "kysely";
import { recordChanges } from "../audit/record-changes.ts";
import { STATE } from "../audit/state-tables.ts";
import { NOT_RUN, RETRACTED } from "../gap.ts";
import type { Ledger } from "../open.ts";
import { forgetRollups, keepRollups } from "../rollups.ts";
import { beginRun } from "../run.ts";
import type { Schema } from "../tables.ts";
import { undoEffects } from "./effects.ts";
import { NothingRetractedError, RecordedAgainError } from "./errors.ts";
import { keepLaterPeriods } from "./keep-later-periods.ts";
import { moveBack, moveDriftBack, moveOut } from "./moved-tables.ts";
import { endRetraction, type Retracted } from "./retract-night.ts";
import { type StandingRetraction, standingRetractions } from "./retraction-of.ts";
import { entriesMovedBy, settleInventory } from "./settle-inventory.ts";

/** Which retraction is to be undone. */
export interface UndoOrder {
  dataDate: string;
  /** What `--only` named; left out, the newest retraction of the night. */
  onlyFilter?: string | undefined;
  reason: string;
  now: Date;
}

/** The night of the newest retraction after this one that stands: it was made of what this one left. Null is none. */
async function laterThan(tx: Transaction<Schema>, id: number): Promise<string | null> {
  const later = await tx
    .selectFrom("retraction as r")
    .leftJoin("retraction as u", "u.undoes", "r.id")
    .select("r.data_date")
    .where("r.id", ">", id)
    .where("r.undoes", "is", null)
    .where("u.id", "is", null)
    .orderBy("r.id", "desc")
    .limit(1)
    .executeTakeFirst();
  return later?.data_date ?? null;
}

/** The newest one: each stands on those before it. @throws NothingRetractedError */
async function newestOf(
  tx: Transaction<Schema>,
  { dataDate, onlyFilter }: UndoOrder,
): Promise<StandingRetraction> {
  const [newest] = await standingRetractions(tx, dataDate);
  if (newest === undefined) {
    throw new NothingRetractedError(
      `Nothing is taken out of ${dataDate}.`,
      'Look for retractions with "nightledger query --saved retractions".',
    );
  }
  if (onlyFilter !== undefined && onlyFilter !== newest.onlyFilter) {
    const what = newest.onlyFilter === null ? "the whole night" : `"${newest.onlyFilter}"`;
    throw new NothingRetractedError(
      `The newest retraction of ${dataDate} is of ${what}, not of "${onlyFilter}".`,
      "Undo the newest first.",
    );
  }
  const later = await laterThan(tx, newest.id);
  if (later !== null) {
    throw new NothingRetractedError(
      `The retraction of ${dataDate} cannot be undone while a later one stands: that of ${later}.`,
      `Undo that one first: nightledger retract --date ${later} --undo.`,
    );
  }
  return newest;
}

/** @throws RecordedAgainError */
async function refuseRecordedAgain(
  tx: Transaction<Schema>,
  { id }: StandingRetraction,
  dataDate: string,
): Promise<void> {
  const { rows } = await sql<{ targets: number }>`
    SELECT COUNT(*) AS targets FROM retraction_target t
    JOIN snapshot s ON s.target_id = t.target_id AND s.data_date = ${dataDate}
    WHERE t.retraction_id = ${id}`.execute(tx);
  const targets = rows[0]?.targets ?? 0;
  if (targets > 0) throw new RecordedAgainError(dataDate, targets);
}

/**
 * A later run's gaps give way where they only said that nothing was recorded, and where there is an answer now. A night
 * that is back as a whole is as it was: who was not expected on it is not missing on it either.
 */
async function clearTheWay(
  tx: Transaction<Schema>,
  { id: retractionId, onlyFilter }: StandingRetraction,
  { undoId, dataDate }: { undoId: number; dataDate: string },
): Promise<void> {
  const ofNight = onlyFilter === null ? sql`OR data_date = ${dataDate}` : sql``;
  const key = sql`r.retraction_id = ${retractionId} AND r.data_date = gap.data_date AND r.target_id = gap.target_id`;
  await moveOut(tx, "gap", {
    retractionId: undoId,
    where: sql`EXISTS (SELECT 1 FROM retracted_snapshot r WHERE ${key})
      OR (failure_kind IN (${NOT_RUN}, ${RETRACTED})
        AND (EXISTS (SELECT 1 FROM retracted_gap r WHERE ${key}) ${ofNight}))`,
  });
  // a later run found another reason: as always, the later one counts
  await sql`DELETE FROM retracted_gap WHERE retraction_id = ${retractionId} AND EXISTS (
    SELECT 1 FROM gap g WHERE g.data_date = retracted_gap.data_date AND g.target_id = retracted_gap.target_id)`.execute(
    tx,
  );
}

async function putBack(
  tx: Transaction<Schema>,
  undone: StandingRetraction,
  { undoId, dataDate }: { undoId: number; dataDate: string },
): Promise<void> {
  const { id, runId } = undone;
  // what the retraction noted in another's stead
  await moveOut(tx, "scope_change", { retractionId: undoId, where: sql`run_id = ${runId}` });
  await keepLaterPeriods(tx, { id, runId, dataDate }, () => undoEffects(tx, id));
  await clearTheWay(tx, undone, { undoId, dataDate });
  const entries = await entriesMovedBy(tx, [id, undoId]);
  for (const table of ["snapshot", "gap", "official_score", "revision", "scope_change"] as const) {
    await moveBack(tx, table, id);
  }
  await moveDriftBack(tx, id);
  for (const entry of entries) await settleInventory(tx, entry);
}

/**
 * Puts back what the newest retraction of a night took out, all of it or nothing. What later runs have recorded stays.
 *
 * @throws NothingRetractedError, RecordedAgainError
 */
export async function undoRetraction(ledger: Ledger, order: UndoOrder): Promise<Retracted> {
  const { dataDate, reason, now } = order;
  const done = await ledger.db.transaction().execute(async (tx) => {
    const undone = await newestOf(tx, order);
    await refuseRecordedAgain(tx, undone, dataDate);
    const runId = await beginRun(tx, dataDate, now, "retract");
    const { id: retractionId } = await tx
      .insertInto("retraction")
      .values({
        run_id: runId,
        data_date: dataDate,
        only_filter: undone.onlyFilter,
        reason,
        undoes: undone.id,
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    await forgetRollups(tx);
    await recordChanges(tx, { runId, tables: STATE }, () =>
      putBack(tx, undone, { undoId: retractionId, dataDate }),
    );
    const outcomes = await tx
      .selectFrom("retraction_target")
      .select("outcome")
      .where("retraction_id", "=", undone.id)
      .execute();
    return await endRetraction(tx, { retractionId, runId, now }, outcomes);
  });
  await keepRollups(ledger.db, "retract");
  return done;
}
