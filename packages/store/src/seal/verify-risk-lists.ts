import { canonicalContent, hashOf, type RiskListContent } from "../content.ts";
import type { LedgerFinding } from "./ledger-finding.ts";
import type { TablesOnly } from "./lines.ts";

/** So many risk lists are in memory at once. */
const PAGE = 250;

interface Ids {
  first: number;
  last: number;
}

/** Rows of a part of risk lists, by the list and the category they belong to. */
const byBlock = <Row extends { risk_list_id: number; category: string }>(rows: readonly Row[]) => {
  const grouped = Map.groupBy(rows, ({ risk_list_id, category }) => `${risk_list_id} ${category}`);
  return (id: number, category: string): Row[] => grouped.get(`${id} ${category}`) ?? [];
};

/**
 * The parts of some risk lists: of each its blocks, in the order of the table `category`. From the tables alone: a view
 * that was replaced could hide what was done to them.
 */
async function partsOf(db: TablesOnly, { first, last }: Ids) {
  const blocks = await db
    .selectFrom("category_risk as b")
    .innerJoin("category as k", "k.category", "b.category")
    .selectAll("b")
    .where("b.risk_list_id", ">=", first)
    .where("b.risk_list_id", "<=", last)
    .orderBy("b.risk_list_id")
    .orderBy("k.position")
    .execute();
  const severities = await db
    .selectFrom("severity_item as i")
    .innerJoin("severity_word as w", "w.id", "i.severity_word_id")
    .select(["i.risk_list_id", "i.category", "i.risk_num", "i.affected_num"])
    .select(["w.severity", "w.severity_raw", "w.affected_unit"])
    .where("i.risk_list_id", ">=", first)
    .where("i.risk_list_id", "<=", last)
    .orderBy("i.position")
    .execute();
  const counters = await db
    .selectFrom("counter_item as i")
    .innerJoin("counter_name as n", "n.id", "i.counter_id")
    .select(["i.risk_list_id", "i.category", "n.counter", "i.value"])
    .where("i.risk_list_id", ">=", first)
    .where("i.risk_list_id", "<=", last)
    .execute();
  const policies = await db
    .selectFrom("policy_item as i")
    .innerJoin("policy_text as t", "t.id", "i.policy_text_id")
    .select(["i.risk_list_id", "i.category", "i.host_num"])
    .select(["t.policy_id", "t.policy_name", "t.os_type", "t.rule_name"])
    .where("i.risk_list_id", ">=", first)
    .where("i.risk_list_id", "<=", last)
    .orderBy("i.position")
    .execute();
  const findings = await db
    .selectFrom("text_finding")
    .selectAll()
    .where("risk_list_id", ">=", first)
    .where("risk_list_id", "<=", last)
    .orderBy("position")
    .execute();
  return {
    blocks: Map.groupBy(blocks, ({ risk_list_id }) => risk_list_id),
    severities: byBlock(severities),
    counters: byBlock(counters),
    policies: byBlock(policies),
    findings: Map.groupBy(findings, ({ risk_list_id }) => risk_list_id),
  };
}

type Parts = Awaited<ReturnType<typeof partsOf>>;
type Block = RiskListContent["categories"][number];

const severitiesOf = (parts: Parts, id: number, category: string): Block["severities"] =>
  parts.severities(id, category).map((row) => ({
    severity: row.severity,
    severityRaw: row.severity_raw,
    riskNum: row.risk_num,
    affectedNum: row.affected_num,
    affectedUnit: row.affected_unit,
  }));

const countersOf = (parts: Parts, id: number, category: string): Block["counters"] =>
  parts
    .counters(id, category)
    .map(({ counter, value }) => ({ counter, value }))
    .sort((a, b) => (a.counter < b.counter ? -1 : 1));

const policiesOf = (parts: Parts, id: number, category: string): Block["policies"] =>
  parts.policies(id, category).map((row) => ({
    policyId: row.policy_id,
    policyName: row.policy_name,
    osType: row.os_type,
    hostNum: row.host_num,
    ruleName: row.rule_name,
  }));

/** A risk list put together from its rows, as it was before it was taken apart. */
const contentOf = (list: { id: number; total_risk_num: number | null }, parts: Parts): RiskListContent => ({
  totalRiskNum: list.total_risk_num,
  categories: (parts.blocks.get(list.id) ?? []).map((block) => ({
    category: block.category,
    present: block.present === 1,
    totalRiskNum: block.total_risk_num,
    deductScore: block.deduct_score,
    severities: severitiesOf(parts, list.id, block.category),
    counters: countersOf(parts, list.id, block.category),
    policies: policiesOf(parts, list.id, block.category),
  })),
  textFindings: parts.findings.get(list.id) ?? [],
});

/** Every risk list against the hash of its content. */
export async function* verifyRiskLists(
  db: TablesOnly,
  pause: () => Promise<void>,
): AsyncGenerator<LedgerFinding> {
  for (let after = 0; ; ) {
    await pause();
    const lists = await db
      .selectFrom("risk_list")
      .selectAll()
      .where("id", ">", after)
      .orderBy("id")
      .limit(PAGE)
      .execute();
    const [first, last] = [lists[0], lists.at(-1)];
    if (first === undefined || last === undefined) return;
    const parts = await partsOf(db, { first: first.id, last: last.id });
    for (const list of lists) {
      const content = canonicalContent(contentOf(list, parts));
      if (hashOf(JSON.stringify(content)).equals(list.hash)) continue;
      yield {
        kind: "altered",
        table: "risk_list",
        key: `id ${list.id}`,
        runId: null,
        detail:
          "Its figures, or its rows in category_risk, severity_risk, counter_value, policy or text_finding, do not match its hash.",
      };
    }
    after = last.id;
  }
}
