import { type Selectable, sql, type Transaction } from "kysely";
import type { RiskListContent } from "./content.ts";
import { keepRiskLists } from "./load-night.ts";
import type { Ledger } from "./open.ts";
import { dropRollups } from "./rollups.ts";
import { beginRun } from "./run.ts";
import type { StoredAnswer } from "./stored-answers.ts";
import type { Schema, Tables } from "./tables.ts";
import type { RevisionDaily } from "./views.ts";

/** A stored answer that is read otherwise than it stands, or that can be read at last. */
export interface Rereading {
  answer: StoredAnswer;
  content: RiskListContent;
  /** JSON paths of fields that are not documented. */
  unknownFields: readonly string[];
}

/** What the replay of a night changed, or would change. */
export interface ReplayedNight {
  /** Null where nothing was written. */
  runId: number | null;
  /** Snapshots that are read otherwise. */
  revised: number;
  /** Answers that left quarantine. */
  admitted: number;
  differences: RevisionDaily[];
}

/** Undoes a transaction that was tried to see what it gives. */
class DryRun extends Error {
  readonly night: ReplayedNight;

  constructor(night: ReplayedNight) {
    super(`The replay of a night was undone.`);
    this.night = night;
  }
}

/**
 * Points a night's snapshots to what their answers are read as now, and admits answers from quarantine: all of it, or
 * nothing, in one transaction with the run that did it. The run is left open for `finishRun`. A dry run tells the same
 * and writes nothing.
 */
export async function replayNight(
  ledger: Ledger,
  dataDate: string,
  rereadings: readonly Rereading[],
  { now, dryRun = false }: { now: Date; dryRun?: boolean },
): Promise<ReplayedNight> {
  if (rereadings.length === 0) return { runId: null, revised: 0, admitted: 0, differences: [] };
  try {
    return await ledger.db.transaction().execute(async (tx) => {
      const night = await reviseNight(ledger, tx, dataDate, rereadings, now);
      if (dryRun || night.revised + night.admitted === 0) throw new DryRun(night);
      return night;
    });
  } catch (error) {
    if (error instanceof DryRun) return { ...error.night, runId: null };
    throw error;
  }
}

async function reviseNight(
  ledger: Ledger,
  tx: Transaction<Schema>,
  dataDate: string,
  rereadings: readonly Rereading[],
  now: Date,
): Promise<ReplayedNight> {
  const runId = await beginRun(tx, dataDate, now, "replay");
  await dropRollups(tx, [dataDate]);
  const batch = ledger.batchOf(tx);
  const after = await keepRiskLists(
    batch,
    rereadings.map(({ content }) => content),
  );
  const revisions: Omit<Selectable<Tables["revision"]>, "id">[] = [];
  for (const [index, { answer, unknownFields }] of rereadings.entries()) {
    const riskListId = after[index] as number;
    const before =
      answer.contentHash === null
        ? await admit(tx, runId, riskListId, answer)
        : await revise(tx, riskListId, answer, answer.contentHash);
    if (before === undefined) continue;
    const key = { run_id: runId, target_id: answer.targetId, data_date: dataDate };
    revisions.push({ ...key, risk_list_before: before, risk_list_after: riskListId });
    await noteDrift(tx, key, unknownFields);
  }
  await batch.insert("revision", revisions);
  const differences = await tx
    .selectFrom("revision_daily")
    .selectAll()
    .where("run_id", "=", runId)
    .orderBy(sql`COALESCE(category, '')`)
    .orderBy("figure")
    .orderBy("target_id")
    .execute();
  const admitted = revisions.filter(({ risk_list_before }) => risk_list_before === null).length;
  return { runId, admitted, revised: revisions.length - admitted, differences };
}

/** Points a snapshot to another content. Undefined where it is no longer the one that was read. */
async function revise(
  tx: Transaction<Schema>,
  riskListId: number,
  { targetId, dataDate, payloadId }: StoredAnswer,
  contentHash: Buffer,
): Promise<number | undefined> {
  const { id } = await tx
    .selectFrom("risk_list")
    .select("id")
    .where("hash", "=", contentHash)
    .executeTakeFirstOrThrow();
  const { numUpdatedRows } = await tx
    .updateTable("snapshot")
    .set({ risk_list_id: riskListId })
    .where((eb) =>
      eb.and({ target_id: targetId, data_date: dataDate, payload_id: payloadId, risk_list_id: id }),
    )
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n ? id : undefined;
}

/** Puts a snapshot in a gap's place, as of the run that fetched it. Undefined where the gap is no longer there. */
async function admit(
  tx: Transaction<Schema>,
  runId: number,
  riskListId: number,
  { targetId, dataDate, payloadId }: StoredAnswer,
): Promise<null | undefined> {
  const gap = await tx
    .deleteFrom("gap")
    .where((eb) =>
      eb.and({ target_id: targetId, data_date: dataDate, payload_id: payloadId, failure_kind: "contract" }),
    )
    .returning(["run_id", "attempts"])
    .executeTakeFirst();
  if (gap === undefined) return undefined;
  const { started_at } = await tx
    .selectFrom("run")
    .select("started_at")
    .where("id", "=", gap.run_id)
    .executeTakeFirstOrThrow();
  await tx
    .insertInto("snapshot")
    .values({
      target_id: targetId,
      data_date: dataDate,
      risk_list_id: riskListId,
      payload_id: payloadId,
      run_id: runId,
      fetched_at: Math.floor(Date.parse(started_at) / 1000),
      attempts: gap.attempts,
    })
    .execute();
  return null;
}

async function noteDrift(
  tx: Transaction<Schema>,
  key: { run_id: number; target_id: number; data_date: string },
  fields: readonly string[],
): Promise<void> {
  for (const field of fields) {
    await tx
      .insertInto("drift")
      .values({ field, ...key })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}
