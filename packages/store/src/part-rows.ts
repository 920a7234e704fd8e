import type { Batch } from "./batch.ts";
import type { RiskListContent } from "./content.ts";
import { type FlatRows, pieceOf } from "./flat-rows.ts";
import { KnownTexts } from "./known-texts.ts";
import type { Tables } from "./tables.ts";
import { once, TextRows } from "./text-rows.ts";

const CATEGORY = ["risk_list_id", "category", "present", "total_risk_num", "deduct_score"] as const;
const ITEM = ["risk_list_id", "category", "position"] as const;
const SEVERITY = [...ITEM, "risk_num", "affected_num", "severity_word_id"] as const;
const COUNTER = ["risk_list_id", "category", "value", "counter_id"] as const;
const TEXT_FINDING = ["risk_list_id", "position", "category", "rule", "detail"] as const;
const POLICY = [...ITEM, "host_num", "policy_text_id"] as const;

const SEVERITY_WORD = {
  table: "severity_word",
  columns: ["severity", "severity_raw", "affected_unit"],
} as const;
const COUNTER_NAME = { table: "counter_name", columns: ["counter"] } as const;
const POLICY_TEXT = {
  table: "policy_text",
  columns: ["policy_id", "policy_name", "os_type", "rule_name"],
} as const;

// those of policies recur from night to night, not from answer to answer
const severityWords = new KnownTexts();
const counterNames = new KnownTexts();

/** The rows of the parts of risk lists. */
export class PartRows {
  readonly #categories: FlatRows<Tables["category_risk"]> = { columns: CATEGORY, pieces: [] };
  readonly #severities = new TextRows("severity_item", SEVERITY, SEVERITY_WORD);
  readonly #counters = new TextRows("counter_item", COUNTER, COUNTER_NAME);
  readonly #policies = new TextRows("policy_item", POLICY, POLICY_TEXT);

  readonly #findings: FlatRows<Tables["text_finding"]> = { columns: TEXT_FINDING, pieces: [] };

  add(id: number, { categories, textFindings = [] }: RiskListContent): void {
    for (const block of categories) this.#addBlock(id, block);
    for (const [position, { category, rule, detail }] of textFindings.entries()) {
      pieceOf(this.#findings).push(id, position, category, rule, detail);
    }
  }

  #addBlock(id: number, block: RiskListContent["categories"][number]): void {
    const { category } = block;
    const present = block.present ? 1 : 0;
    pieceOf(this.#categories).push(id, category, present, block.totalRiskNum, block.deductScore);
    let position = 0;
    for (const { severity, severityRaw, affectedUnit, riskNum, affectedNum } of block.severities) {
      const words = severityWords.once(severity, severityRaw, affectedUnit);
      this.#severities.piece().push(id, category, position, riskNum, affectedNum, words);
      position += 1;
    }
    for (const { counter, value } of block.counters) {
      this.#counters.piece().push(id, category, value, counterNames.once(counter));
    }
    position = 0;
    for (const { policyId, policyName, osType, hostNum, ruleName } of block.policies) {
      const texts = once(policyId, policyName, osType, ruleName);
      this.#policies.piece().push(id, category, position, hostNum, texts);
      position += 1;
    }
  }

  async insert(batch: Batch): Promise<void> {
    await batch.insertFlat("category_risk", this.#categories);
    await this.#severities.insert(batch);
    await this.#counters.insert(batch);
    await this.#policies.insert(batch);
    await batch.insertFlat("text_finding", this.#findings);
  }
}
