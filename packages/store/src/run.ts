import type { Kysely, Selectable, Transaction } from "kysely";
import { keepRollups } from "./rollups.ts";
import { keepRunStatistics, type RunStatistics } from "./run-statistics.ts";
import { requireUnderWay } from "./seal/require-under-way.ts";
import { sealRun } from "./seal/seal-run.ts";
import type { RunStatus, Schema, Tables } from "./tables.ts";
import type { RunKind } from "./views.ts";

/** One row of the run history. */
export type Run = Selectable<Tables["run"]>;

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

/** How a run ended. */
export interface RunEnd {
  now: Date;
  status: RunStatus;
  expected: number;
  alreadyFresh: number;
  fetched: number;
  missing: number;
  problem: string | null;
  /** What it cost; left out where that is not measured. */
  statistics?: RunStatistics;
}

/** Notes how a run ended, and seals it, within a transaction. @throws RunOverError */
export async function endRun(tx: Transaction<Schema>, runId: number, end: RunEnd): Promise<RunKind> {
  await requireUnderWay(tx, [runId]);
  const { kind } = await tx
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
  if (end.statistics !== undefined) await keepRunStatistics(tx, runId, end.statistics);
  await sealRun(tx, runId);
  return kind;
}

/** Notes how a run ended, and seals it; then keeps the sums of nights that are complete. @throws RunOverError */
export async function finishRun(db: Kysely<Schema>, runId: number, end: RunEnd): Promise<void> {
  const kind = await db.transaction().execute((tx) => endRun(tx, runId, end));
  await keepRollups(db, kind);
}
