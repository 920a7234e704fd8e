import type { Insertable } from "kysely";
import type { Batch } from "./batch.ts";
import { canonicalContent, canonicalHash, hashOf, type RiskListContent } from "./content.ts";
import { keep } from "./keep.ts";
import type { Ledger } from "./open.ts";
import { PartRows } from "./part-rows.ts";
import { deflatePayload } from "./payload-codec.ts";
import { dropRollups } from "./rollups.ts";
import { requireUnderWay } from "./seal/require-under-way.ts";
import type { Tables } from "./tables.ts";

/** One target's good night: what it answered, and when. */
export interface Night {
  runId: number;
  targetId: number;
  /** `YYYY-MM-DD` */
  dataDate: string;
  content: RiskListContent;
  /** The raw answer. */
  payload: Uint8Array;
  fetchedAt: Date;
  /** Calls made for it. */
  attempts: number;
  /** JSON paths of fields that are not documented; default none. */
  unknownFields?: readonly string[];
  /** What ShowRiskScore said, where it was asked. */
  officialScore?: OfficialScore;
}

/** The cloud's own score, or why there is none. */
export type OfficialScore =
  | { score: number | null; riskNum: number | null; riskHostNum: number | null }
  | { failureKind: string };

/** Keeps raw answers, once per content, and gives their ids. */
export async function keepPayloads(batch: Batch, payloads: readonly Uint8Array[]): Promise<number[]> {
  const items = payloads.map((payload) => {
    const hash = hashOf(payload);
    return { hash, row: () => ({ hash, deflated: deflatePayload(payload) }) };
  });
  return (await keep(batch, "payload", items)).map(({ id }) => id);
}

/** Keeps contents, once each, and gives their ids. */
export async function keepRiskLists(batch: Batch, given: readonly RiskListContent[]): Promise<number[]> {
  const contents = given.map(canonicalContent);
  const items = contents.map((content) => {
    const hash = canonicalHash(content);
    return { hash, row: () => ({ hash, total_risk_num: content.totalRiskNum }) };
  });
  const kept = await keep(batch, "risk_list", items);
  const rows = new PartRows();
  for (const [index, { id, isNew }] of kept.entries()) {
    const content = contents[index];
    if (isNew && content !== undefined) rows.add(id, content);
  }
  await rows.insert(batch);
  return kept.map(({ id }) => id);
}

const unknownScore = { score: null, riskNum: null, riskHostNum: null, failureKind: null };

const officialScores = (nights: readonly Night[]): Insertable<Tables["official_score"]>[] =>
  nights.flatMap(({ targetId, dataDate, officialScore }) => {
    if (officialScore === undefined) return [];
    const { score, riskNum, riskHostNum, failureKind } = { ...unknownScore, ...officialScore };
    return {
      target_id: targetId,
      data_date: dataDate,
      score,
      risk_num: riskNum,
      risk_host_num: riskHostNum,
      failure_kind: failureKind,
    };
  });

const drifts = (nights: readonly Night[]): Insertable<Tables["drift"]>[] =>
  nights.flatMap(({ unknownFields = [], targetId, dataDate, runId }) =>
    unknownFields.map((field) => ({ field, target_id: targetId, data_date: dataDate, run_id: runId })),
  );

/**
 * Loads nights in one transaction: content, snapshot and outcome of each, or nothing of any. A night that is
 * already on record is never replaced: that is an error.
 *
 * @throws RunOverError
 */
export async function loadNights(ledger: Ledger, nights: readonly Night[]): Promise<void> {
  await ledger.db.transaction().execute(async (transaction) => {
    await requireUnderWay(transaction, new Set(nights.map(({ runId }) => runId)));
    await dropRollups(transaction, new Set(nights.map(({ dataDate }) => dataDate)));
    const batch = ledger.batchOf(transaction);
    const riskLists = await keepRiskLists(
      batch,
      nights.map(({ content }) => content),
    );
    const payloads = await keepPayloads(
      batch,
      nights.map(({ payload }) => payload),
    );
    const keys = nights.map(({ targetId, dataDate }) => ({ target_id: targetId, data_date: dataDate }));
    await batch.insert(
      "snapshot",
      nights.map(({ runId, fetchedAt, attempts }, index) => ({
        ...(keys[index] as (typeof keys)[0]),
        risk_list_id: riskLists[index] as number,
        payload_id: payloads[index] as number,
        run_id: runId,
        fetched_at: Math.floor(fetchedAt.getTime() / 1000),
        attempts,
      })),
    );
    await batch.insert("official_score", officialScores(nights));
    for (const drift of drifts(nights)) {
      await transaction
        .insertInto("drift")
        .values(drift)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    await batch.clearGaps(keys);
  });
}
