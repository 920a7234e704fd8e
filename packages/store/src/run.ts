import type { Kysely, Selectable } from "kysely";
import type { ReadonlyKysely } from "kysely/readonly";
import { keepPayload } from "./load-night.ts";
import type { RunStatus, Schema, Tables } from "./tables.ts";
import type { Views } from "./views.ts";

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

/** Notes that a run begins; runs that a dead process left as running are marked interrupted. */
export async function startRun(db: Kysely<Schema>, dataDate: string, now: Date): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    await tx.updateTable("run").set({ status: "interrupted" }).where("status", "=", "running").execute();
    const { id } = await tx
      .insertInto("run")
      .values({ data_date: dataDate, started_at: now.toISOString(), status: "running" })
      .returning("id")
      .executeTakeFirstOrThrow();
    return id;
  });
}

/** Notes how a run ended. */
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
  await db
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
    .execute();
}

async function keepTarget(db: Kysely<Schema>, target: TargetIdentity): Promise<number> {
  const { id } = await db
    .insertInto("target")
    .values({
      account: target.account,
      region: target.region,
      project_id: target.projectId,
      enterprise_project_id: target.enterpriseProjectId,
      project_name: target.projectName,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["account", "region", "project_id", "enterprise_project_id"])
        .doUpdateSet({ project_name: target.projectName }),
    )
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
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

/** A target that still has to be fetched, with its id in the ledger. */
export type PlannedTarget<T extends TargetIdentity> = T & { targetId: number };

/**
 * Puts every expected target on record as missing, kind `not_attempted`, before the first call: whatever
 * happens to the process, no gap is hidden. Gives those that have no snapshot of this night yet, the longest
 * without one first.
 */
export async function planNight<T extends TargetIdentity>(
  db: Kysely<Schema>,
  runId: number,
  dataDate: string,
  targets: readonly T[],
): Promise<PlannedTarget<T>[]> {
  return await db.transaction().execute(async (tx) => {
    await extendCalendar(tx, runId, dataDate);
    const planned: (PlannedTarget<T> & { last: string })[] = [];
    for (const target of targets) {
      const targetId = await keepTarget(tx, target);
      const seen = await tx
        .selectFrom("snapshot")
        .select("data_date")
        .where("target_id", "=", targetId)
        .where("data_date", "<=", dataDate)
        .orderBy("data_date", "desc")
        .limit(1)
        .executeTakeFirst();
      if (seen?.data_date === dataDate) continue;
      await recordGapRow(tx, {
        runId,
        targetId,
        dataDate,
        failureKind: "not_attempted",
        detail: "The run ended before this target's turn.",
        attempts: 0,
      });
      planned.push({ ...target, targetId, last: seen?.data_date ?? "" });
    }
    return planned.sort((a, b) => (a.last < b.last ? -1 : a.last > b.last ? 1 : 0));
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
export async function recordGap(db: Kysely<Schema>, gap: Gap): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await recordGapRow(tx, gap, gap.payload === undefined ? null : await keepPayload(tx, gap.payload));
  });
}
