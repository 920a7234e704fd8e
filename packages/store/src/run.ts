import type { Kysely, Selectable, Transaction } from "kysely";
import type { ReadonlyKysely } from "kysely/readonly";
import type { Batch } from "./batch.ts";
import { keepPayloads } from "./keep-payloads.ts";
import { keepUnits } from "./keep-units.ts";
import type { Ledger } from "./open.ts";
import { dropRollups, keepRollups } from "./rollups.ts";
import { requireUnderWay } from "./seal/require-under-way.ts";
import { sealRun } from "./seal/seal-run.ts";
import type { RunStatus, Schema, Tables } from "./tables.ts";
import type { RunKind, Views } from "./views.ts";

/** What names a target, as discovery found it. */
export interface TargetIdentity {
  account: string;
  region: string;
  projectId: string;
  projectName: string;
  enterpriseProjectId: string;
}

/** Why a target has no snapshot. */
export interface Gap {
  runId: number;
  targetId: number;
  dataDate: string;
  failureKind: string;
  detail: string;
  attempts: number;
  /** The answer that could not be understood, where there was one: kept as evidence. */
  payload?: Uint8Array;
}

/** One row of the run history. */
export type Run = Selectable<Tables["run"]>;

const DAY_MS = 86_400_000;
const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;
const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

async function endInterrupted(tx: Transaction<Schema>): Promise<void> {
  const left = await tx
    .selectFrom("run")
    .select("id")
    .where("status", "=", "running")
    .orderBy("id")
    .execute();
  for (const { id } of left) {
    await tx.updateTable("run").set({ status: "interrupted" }).where("id", "=", id).execute();
    await sealRun(tx, id);
  }
}

/** Notes that a run begins; runs that a dead process left as running are marked interrupted, and sealed. */
export async function startRun(
  db: Kysely<Schema>,
  dataDate: string,
  now: Date,
  kind: RunKind = "ingest",
): Promise<number> {
  return await db.transaction().execute((tx) => beginRun(tx, dataDate, now, kind));
}

/** The same within a transaction: the run is there when its work is. */
export async function beginRun(
  tx: Transaction<Schema>,
  dataDate: string,
  now: Date,
  kind: RunKind,
): Promise<number> {
  await endInterrupted(tx);
  const { id } = await tx
    .insertInto("run")
    .values({ kind, data_date: dataDate, started_at: now.toISOString(), status: "running" })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

/** Notes how a run ended, and seals it; then keeps the sums of nights that are complete. @throws RunOverError */
export async function finishRun(
  db: Kysely<Schema>,
  runId: number,
  end: {
    now: Date;
    status: RunStatus;
    expected: number;
    alreadyFresh: number;
    fetched: number;
    missing: number;
    problem: string | null;
  },
): Promise<void> {
  const { kind } = await db.transaction().execute(async (tx) => {
    await requireUnderWay(tx, [runId]);
    const run = await tx
      .updateTable("run")
      .set({
        finished_at: end.now.toISOString(),
        status: end.status,
        expected: end.expected,
        already_fresh: end.alreadyFresh,
        fetched: end.fetched,
        missing: end.missing,
        problem: end.problem,
      })
      .where("id", "=", runId)
      .returning("kind")
      .executeTakeFirstOrThrow();
    await sealRun(tx, runId);
    return run;
  });
  await keepRollups(db, kind);
}

const identityOf = (
  account: string,
  region: string,
  projectId: string,
  enterpriseProjectId: string,
): string => [account, region, projectId, enterpriseProjectId].join("\u0000");

/** Puts targets that are new in the ledger, brings names up to date, and gives the ids of all. */
async function keepTargets(
  db: Transaction<Schema>,
  batch: Batch,
  targets: readonly TargetIdentity[],
): Promise<number[]> {
  const known = new Map(
    (await db.selectFrom("target").selectAll().execute()).map((row) => [
      identityOf(row.account, row.region, row.project_id, row.enterprise_project_id),
      { id: row.id, name: row.project_name },
    ]),
  );
  const keyOf = ({ account, region, projectId, enterpriseProjectId }: TargetIdentity) =>
    identityOf(account, region, projectId, enterpriseProjectId);
  const unknown = [...new Map(targets.map((target) => [keyOf(target), target]))].filter(
    ([key]) => !known.has(key),
  );
  const ids = await batch.add(
    "target",
    unknown.map(([, target]) => ({
      account: target.account,
      region: target.region,
      project_id: target.projectId,
      enterprise_project_id: target.enterpriseProjectId,
      project_name: target.projectName,
    })),
  );
  for (const [index, [key, { projectName }]] of unknown.entries()) {
    known.set(key, { id: ids[index] as number, name: projectName });
  }
  const kept: number[] = [];
  for (const target of targets) {
    const { id, name } = known.get(keyOf(target)) as { id: number; name: string };
    if (name !== target.projectName) {
      await db.updateTable("target").set({ project_name: target.projectName }).where("id", "=", id).execute();
    }
    kept.push(id);
  }
  return kept;
}

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

/**
 * Makes the calendar reach from the first night to this one without a hole. The nights between the last one
 * on record and this one never ran, and the cloud cannot give them any more, so every target known by then is
 * put down as missing.
 */
async function extendCalendar(db: Kysely<Schema>, runId: number, dataDate: string): Promise<void> {
  const { first, last } = await db
    .selectFrom("night")
    .select((eb) => [
      eb.fn.min<number | null>("day_number").as("first"),
      eb.fn.max<number | null>("day_number").as("last"),
    ])
    .executeTakeFirstOrThrow();
  const today = dayNumber(dataDate);
  for (let day = Math.min(today, last === null ? today : last + 1); day <= today; day += 1)
    await keepNight(db, day);
  for (let day = today; first !== null && day < first; day += 1) await keepNight(db, day);
  if (last === null) return;
  for (let day = last + 1; day < today; day += 1)
    await recordSkippedNight(db, runId, dateOf(last), dateOf(day));
}

async function keepNight(db: Kysely<Schema>, day: number): Promise<void> {
  await db
    .insertInto("night")
    .values({ data_date: dateOf(day), day_number: day })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function recordSkippedNight(
  db: Kysely<Schema>,
  runId: number,
  lastDate: string,
  skippedDate: string,
): Promise<void> {
  const known = await db
    .selectFrom("coverage_target_daily")
    .select("target_id")
    .where("data_date", "=", lastDate)
    .execute();
  for (const { target_id } of known) {
    await recordGapRow(db, {
      runId,
      targetId: target_id,
      dataDate: skippedDate,
      failureKind: "not_run",
      detail: "No run took place on this night.",
      attempts: 0,
    });
  }
}

/** Anything that views can be read through: a ledger, or a reader of one. */
export type ViewsOnly = Pick<ReadonlyKysely<Views>, "selectFrom">;

/** The targets of an account on the newest night of the ledger: what to expect when discovery fails. */
export async function lastKnownTargets(db: ViewsOnly, account: string): Promise<TargetIdentity[]> {
  const rows = await db
    .selectFrom("coverage_target_daily")
    .selectAll()
    .where("account", "=", account)
    .where("data_date", "=", (eb) =>
      eb
        .selectFrom("coverage_target_daily")
        .select((max) => max.fn.max("data_date").as("data_date"))
        .where("account", "=", account),
    )
    .execute();
  return rows.map((row) => ({
    account: row.account,
    region: row.region,
    projectId: row.project_id,
    projectName: row.project_name,
    enterpriseProjectId: row.enterprise_project_id,
  }));
}

/** A target of a night to come; no unit is none. */
export interface NightTarget extends TargetIdentity {
  unit?: string | null;
}

/** A target that still has to be fetched, with its id in the ledger. */
export type PlannedTarget<T extends TargetIdentity> = T & { targetId: number };

/**
 * Puts every expected target on record as missing, kind `not_attempted`, before the first call: whatever
 * happens to the process, no gap is hidden. Notes the business units that have changed. Gives those that have no
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
    await extendCalendar(tx, runId, dataDate);
    const batch = ledger.batchOf(tx);
    const ids = await keepTargets(tx, batch, targets);
    const kept = targets.map((target, index) => ({ ...target, targetId: ids[index] as number }));
    const units = kept.map(({ targetId, unit = null }) => ({ targetId, unit }));
    await keepUnits(tx, batch, { runId, dataDate }, units);
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

async function recordGapRow(db: Kysely<Schema>, gap: Gap, payloadId: number | null = null): Promise<void> {
  const said = {
    failure_kind: gap.failureKind,
    detail: gap.detail,
    attempts: gap.attempts,
    run_id: gap.runId,
    payload_id: payloadId,
  };
  await db
    .insertInto("gap")
    .values({ target_id: gap.targetId, data_date: gap.dataDate, ...said })
    .onConflict((conflict) => conflict.columns(["target_id", "data_date"]).doUpdateSet(said))
    .execute();
}

/** Records why a target's night is missing. */
export async function recordGap(ledger: Ledger, gap: Gap): Promise<void> {
  await ledger.db.transaction().execute(async (tx) => {
    await requireUnderWay(tx, [gap.runId]);
    await dropRollups(tx, [gap.dataDate]);
    const payloads = gap.payload === undefined ? [] : [gap.payload];
    const [payloadId = null] = await keepPayloads(ledger.batchOf(tx), payloads);
    await recordGapRow(tx, gap, payloadId);
  });
}
