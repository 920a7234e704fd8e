import { type RawBuilder, sql, type Transaction } from "kysely";
import { recordChanges } from "../audit/record-changes.ts";
import { STATE } from "../audit/state-tables.ts";
import { NOT_RUN, RETRACTED, takenOut } from "../gap.ts";
import type { Ledger } from "../open.ts";
import { forgetRollups, keepRollups } from "../rollups.ts";
import { beginRun, endRun } from "../run.ts";
import type { Schema } from "../tables.ts";
import { accountOn, projectOn } from "../views/fragments.ts";
import { Effects } from "./effects.ts";
import { NothingRetractedError } from "./errors.ts";
import { moveOut } from "./moved-tables.ts";
import { nextRun } from "./next-run.ts";
import { type RetractedNight, repairCalendar } from "./repair-calendar.ts";
import { repairPeriods } from "./repair-periods.ts";
import { repairScope } from "./repair-scope.ts";

/** A target as a filter sees it. */
export interface RetractableTarget {
  account: string;
  region: string;
  projectId: string;
  projectName: string;
}

/** What is to be taken out of every figure. */
export interface RetractionOrder {
  dataDate: string;
  /** Which targets of the night; left out, the night as a whole. `text` is what the operator gave. */
  only?: { text: string; isMeant: (target: RetractableTarget) => boolean } | undefined;
  reason: string;
  now: Date;
}

/** What was taken out. */
export interface Retracted {
  retractionId: number;
  runId: number;
  /** Targets that had an answer on the night. */
  fresh: number;
  /** Targets that had none, and a reason. */
  missing: number;
}

interface OfNight {
  target_id: number;
  outcome: "fresh" | "missing";
}

/** The targets of the night that are meant, with their outcome. */
async function meantTargets(
  tx: Transaction<Schema>,
  { dataDate, only }: Pick<RetractionOrder, "dataDate" | "only">,
): Promise<OfNight[]> {
  const { rows } = await sql<OfNight & RetractableTarget>`
    SELECT n.target_id, n.outcome, ${sql.raw(accountOn("t.account", "n.data_date"))} AS account, t.region,
      t.project_id AS "projectId", ${sql.raw(projectOn("n.data_date"))} AS "projectName"
    FROM (
      SELECT target_id, data_date, 'fresh' AS outcome FROM snapshot WHERE data_date = ${dataDate}
      UNION ALL
      SELECT target_id, data_date, 'missing' AS outcome FROM gap
        WHERE data_date = ${dataDate} AND failure_kind NOT IN (${NOT_RUN}, ${RETRACTED})
    ) AS n JOIN target t ON t.id = n.target_id
    ORDER BY n.target_id`.execute(tx);
  return rows
    .filter((row) => only === undefined || only.isMeant(row))
    .map(({ target_id, outcome }) => ({ target_id, outcome }));
}

/** Moves what is on record of the night's targets out of the tables that views read. */
async function moveFacts(
  tx: Transaction<Schema>,
  { retractionId, dataDate, whole }: { retractionId: number; dataDate: string; whole: boolean },
): Promise<void> {
  const meant = sql`data_date = ${dataDate} AND target_id IN (
    SELECT target_id FROM retraction_target WHERE retraction_id = ${retractionId})`;
  for (const table of ["drift", "official_score", "revision", "snapshot"] as const) {
    await moveOut(tx, table, { retractionId, where: meant });
  }
  const gaps: RawBuilder<unknown> = whole ? sql`data_date = ${dataDate}` : meant;
  await moveOut(tx, "gap", { retractionId, where: gaps });
}

/** A target that is taken out of a night that stands is missing on it, for that reason. */
async function leaveGaps(
  effects: Effects,
  { runId, dataDate, reason }: RetractedNight,
  targets: readonly OfNight[],
): Promise<void> {
  for (const { target_id } of targets) {
    await effects.change("gap", null, {
      data_date: dataDate,
      target_id,
      failure_kind: RETRACTED,
      detail: takenOut(reason),
      attempts: 0,
      run_id: runId,
      payload_id: null,
    });
  }
}

/** Takes the night out, or the given targets of it. */
async function takeOut(
  tx: Transaction<Schema>,
  night: RetractedNight,
  targets: readonly OfNight[] | null,
): Promise<void> {
  const { retractionId, dataDate } = night;
  const effects = new Effects(tx, retractionId);
  const next = targets === null ? await nextRun(tx, dataDate) : null;
  await moveFacts(tx, { retractionId, dataDate, whole: targets === null });
  if (targets !== null) {
    await leaveGaps(effects, night, targets);
    return;
  }
  await repairCalendar(tx, effects, night);
  await repairScope(tx, night, next);
  await repairPeriods(tx, effects, dataDate, next);
}

/** Ends the run of a retraction, in the transaction that does its work. */
export async function endRetraction(
  tx: Transaction<Schema>,
  { retractionId, runId, now }: { retractionId: number; runId: number; now: Date },
  targets: readonly Pick<OfNight, "outcome">[],
): Promise<Retracted> {
  const fresh = targets.filter(({ outcome }) => outcome === "fresh").length;
  const missing = targets.length - fresh;
  const counts = { expected: targets.length, alreadyFresh: 0, fetched: fresh, missing };
  await endRun(tx, runId, { now, status: "complete", ...counts, problem: null });
  return { retractionId, runId, fresh, missing };
}

/**
 * Takes a night, or some of its targets, out of every figure: the rows leave the tables that views read, and stay beside
 * them. All of it or nothing, in one transaction with the run that does it. A target that is taken out of a night
 * that stands is missing on it (`retracted`); a night that is taken out as a whole was never recorded, and on a night
 * between two recorded ones all targets are missing.
 *
 * @throws NothingRetractedError
 */
export async function retractNight(ledger: Ledger, order: RetractionOrder): Promise<Retracted> {
  const { dataDate, only, reason, now } = order;
  const done = await ledger.db.transaction().execute(async (tx) => {
    const targets = await meantTargets(tx, order);
    if (targets.length === 0) {
      throw new NothingRetractedError(
        `Nothing that can be taken out is on record of ${dataDate}${only === undefined ? "" : ` for "${only.text}"`}.`,
        'Look for the night with "nightledger runs".',
      );
    }
    const runId = await beginRun(tx, dataDate, now, "retract");
    const { id: retractionId } = await tx
      .insertInto("retraction")
      .values({ run_id: runId, data_date: dataDate, only_filter: only?.text ?? null, reason, undoes: null })
      .returning("id")
      .executeTakeFirstOrThrow();
    await ledger.batchOf(tx).insert(
      "retraction_target",
      targets.map((target) => ({ retraction_id: retractionId, ...target })),
    );
    await forgetRollups(tx);
    const night = { retractionId, runId, dataDate, reason };
    await recordChanges(tx, { runId, tables: STATE }, () =>
      takeOut(tx, night, only === undefined ? null : targets),
    );
    return await endRetraction(tx, { retractionId, runId, now }, targets);
  });
  await keepRollups(ledger.db, "retract");
  return done;
}
