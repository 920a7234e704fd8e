import { deflateSync } from "node:zlib";
import type { Kysely, Transaction } from "kysely";
import { canonicalContent, hashOf, type RiskListContent } from "./content.ts";
import type { Schema } from "./tables.ts";

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

/** Keeps a raw answer, once per content, and gives its id. */
export async function keepPayload(db: Transaction<Schema>, payload: Uint8Array): Promise<number> {
  const hash = hashOf(payload);
  const known = await db.selectFrom("payload").select("id").where("hash", "=", hash).executeTakeFirst();
  if (known !== undefined) return known.id;
  const { id } = await db
    .insertInto("payload")
    .values({ hash, deflated: deflateSync(payload, { level: 9 }) })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

async function keepRiskList(db: Transaction<Schema>, given: RiskListContent): Promise<number> {
  const content = canonicalContent(given);
  const hash = hashOf(JSON.stringify(content));
  const known = await db.selectFrom("risk_list").select("id").where("hash", "=", hash).executeTakeFirst();
  if (known !== undefined) return known.id;
  const { id } = await db
    .insertInto("risk_list")
    .values({ hash, total_risk_num: content.totalRiskNum })
    .returning("id")
    .executeTakeFirstOrThrow();
  await insertParts(db, id, content);
  return id;
}

async function insertParts(db: Transaction<Schema>, id: number, content: RiskListContent): Promise<void> {
  const parts = content.categories.flatMap((block) => ({
    block,
    key: { risk_list_id: id, category: block.category },
  }));
  const rows = {
    category_risk: parts.map(({ block, key }) => ({
      ...key,
      present: block.present ? (1 as const) : (0 as const),
      total_risk_num: block.totalRiskNum,
      deduct_score: block.deductScore,
    })),
    severity_risk: parts.flatMap(({ block, key }) =>
      block.severities.map((risk, position) => ({
        ...key,
        position,
        severity: risk.severity,
        severity_raw: risk.severityRaw,
        risk_num: risk.riskNum,
        affected_num: risk.affectedNum,
        affected_unit: risk.affectedUnit,
      })),
    ),
    counter_value: parts.flatMap(({ block, key }) =>
      block.counters.map((counter) => ({ ...key, ...counter })),
    ),
    policy: parts.flatMap(({ block, key }) =>
      block.policies.map((policy, position) => ({
        ...key,
        position,
        policy_id: policy.policyId,
        policy_name: policy.policyName,
        os_type: policy.osType,
        host_num: policy.hostNum,
        rule_name: policy.ruleName,
      })),
    ),
  };
  if (rows.category_risk.length > 0)
    await db.insertInto("category_risk").values(rows.category_risk).execute();
  if (rows.severity_risk.length > 0)
    await db.insertInto("severity_risk").values(rows.severity_risk).execute();
  if (rows.counter_value.length > 0)
    await db.insertInto("counter_value").values(rows.counter_value).execute();
  if (rows.policy.length > 0) await db.insertInto("policy").values(rows.policy).execute();
}

async function keepOfficialScore(
  db: Transaction<Schema>,
  key: { target_id: number; data_date: string },
  given: OfficialScore,
): Promise<void> {
  const unknown = { score: null, riskNum: null, riskHostNum: null, failureKind: null };
  const { score, riskNum, riskHostNum, failureKind } = { ...unknown, ...given };
  await db
    .insertInto("official_score")
    .values({ ...key, score, risk_num: riskNum, risk_host_num: riskHostNum, failure_kind: failureKind })
    .execute();
}

async function loadOne(db: Transaction<Schema>, night: Night): Promise<void> {
  const key = { target_id: night.targetId, data_date: night.dataDate };
  await db
    .insertInto("snapshot")
    .values({
      ...key,
      risk_list_id: await keepRiskList(db, night.content),
      payload_id: await keepPayload(db, night.payload),
      run_id: night.runId,
      fetched_at: Math.floor(night.fetchedAt.getTime() / 1000),
      attempts: night.attempts,
    })
    .execute();
  for (const field of night.unknownFields ?? []) {
    await db
      .insertInto("drift")
      .values({ field, ...key, run_id: night.runId })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  if (night.officialScore !== undefined) await keepOfficialScore(db, key, night.officialScore);
  await db
    .deleteFrom("gap")
    .where("target_id", "=", key.target_id)
    .where("data_date", "=", key.data_date)
    .execute();
}

/**
 * Loads nights in one transaction: content, snapshot and outcome of each, or nothing of any. A night that is
 * already on record is never replaced: that is an error.
 */
export async function loadNights(db: Kysely<Schema>, nights: readonly Night[]): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (const night of nights) await loadOne(transaction, night);
  });
}
