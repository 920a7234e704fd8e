import { deflateSync } from "node:zlib";
import type { Insertable } from "kysely";
import type { Batch, ContentTable } from "./batch.ts";
import { canonicalContent, canonicalHash, hashOf, type RiskListContent } from "./content.ts";
import type { Ledger } from "./open.ts";
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

interface Kept {
  id: number;
  /** Whether it was put there just now, by this very item. */
  isNew: boolean;
}

/** Keeps contents that are not there yet, each once, and gives the ids of all. */
async function keep<T extends ContentTable>(
  batch: Batch,
  table: T,
  items: readonly { hash: Buffer; row: () => Insertable<Tables[T]> }[],
): Promise<Kept[]> {
  const keys = items.map(({ hash }) => hash.toString("latin1"));
  const firsts = new Map(
    items.map((item, index) => [keys[index], item]).toReversed() as [string, (typeof items)[0]][],
  );
  const unique = [...firsts];
  const found = await batch.find(
    table,
    unique.map(([, { hash }]) => hash),
  );
  const ids = new Map<string, number>();
  const missing: typeof unique = [];
  for (const [index, each] of unique.entries()) {
    const id = found[index];
    if (id === undefined) missing.push(each);
    else ids.set(each[0], id);
  }
  const added = await batch.add(
    table,
    missing.map(([, { row }]) => row()),
  );
  const isNew = new Set(missing.map(([, item]) => item));
  for (const [index, [key]] of missing.entries()) ids.set(key, added[index] as number);
  return items.map((item, index) => ({
    id: ids.get(keys[index] as string) as number,
    isNew: isNew.has(item),
  }));
}

/** Keeps raw answers, once per content, and gives their ids. */
export async function keepPayloads(batch: Batch, payloads: readonly Uint8Array[]): Promise<number[]> {
  const items = payloads.map((payload) => {
    const hash = hashOf(payload);
    return { hash, row: () => ({ hash, deflated: deflateSync(payload, { level: 9, chunkSize: 4096 }) }) };
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

/** The rows of the parts of risk lists. */
class PartRows {
  readonly #categories: Insertable<Tables["category_risk"]>[] = [];
  readonly #severities: Insertable<Tables["severity_risk"]>[] = [];
  readonly #counters: Insertable<Tables["counter_value"]>[] = [];
  readonly #policies: Insertable<Tables["policy"]>[] = [];

  add(id: number, content: RiskListContent): void {
    for (const { category, present, totalRiskNum, deductScore, ...lists } of content.categories) {
      this.#categories.push({
        risk_list_id: id,
        category,
        present: present ? 1 : 0,
        total_risk_num: totalRiskNum,
        deduct_score: deductScore,
      });
      for (const [position, risk] of lists.severities.entries()) {
        this.#severities.push({
          risk_list_id: id,
          category,
          position,
          severity: risk.severity,
          severity_raw: risk.severityRaw,
          risk_num: risk.riskNum,
          affected_num: risk.affectedNum,
          affected_unit: risk.affectedUnit,
        });
      }
      for (const { counter, value } of lists.counters) {
        this.#counters.push({ risk_list_id: id, category, counter, value });
      }
      for (const [position, policy] of lists.policies.entries()) {
        this.#policies.push({
          risk_list_id: id,
          category,
          position,
          policy_id: policy.policyId,
          policy_name: policy.policyName,
          os_type: policy.osType,
          host_num: policy.hostNum,
          rule_name: policy.ruleName,
        });
      }
    }
  }

  async insert(batch: Batch): Promise<void> {
    await batch.insert("category_risk", this.#categories);
    await batch.insert("severity_risk", this.#severities);
    await batch.insert("counter_value", this.#counters);
    await batch.insert("policy", this.#policies);
  }
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
 */
export async function loadNights(ledger: Ledger, nights: readonly Night[]): Promise<void> {
  await ledger.db.transaction().execute(async (transaction) => {
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
