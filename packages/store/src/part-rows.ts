import type { Insertable } from "kysely";
import type { Batch, TextTable } from "./batch.ts";
import { hashOf, type RiskListContent } from "./content.ts";
import { keep } from "./keep.ts";
import type { Tables } from "./tables.ts";

/** Texts that are kept once, and what they are found by. */
interface Once<Texts> {
  hash: Buffer;
  row: () => Texts & { hash: Buffer };
}

/** A row whose texts are kept elsewhere. */
interface Item<T extends TextTable, Row> {
  row: Row;
  texts: { hash: Buffer; row: () => Insertable<Tables[T]> };
}

/**
 * The texts seen lately: most recur with every answer, and to find them here is cheaper than to hash them. Nothing
 * depends on what is known.
 */
class Known<Texts extends object> {
  #seen = new Map<string, Once<Texts>>();

  once(texts: Texts): Once<Texts> {
    let key = "";
    for (const text of Object.values(texts)) key += text === null ? "-" : `${text.length}:${text}`;
    const known = this.#seen.get(key);
    if (known !== undefined) return known;
    if (this.#seen.size >= 2000) this.#seen.clear();
    const hash = hashOf(JSON.stringify(Object.values(texts)));
    const found = { hash, row: () => ({ hash, ...texts }) };
    this.#seen.set(key, found);
    return found;
  }
}

type TextsOf<T extends TextTable> = Required<Omit<Insertable<Tables[T]>, "hash" | "id">>;
const severityWords = new Known<TextsOf<"severity_word">>();
const counterNames = new Known<TextsOf<"counter_name">>();
const policyTexts = new Known<TextsOf<"policy_text">>();

/** Keeps the texts of rows, and gives each row with the id of its own. */
async function withTexts<T extends TextTable, Row, R>(
  batch: Batch,
  table: T,
  items: readonly Item<T, Row>[],
  complete: (row: Row, id: number) => R,
): Promise<R[]> {
  const unique = [...new Map(items.map(({ texts }) => [texts.hash, texts])).values()];
  const kept = await keep(batch, table, unique);
  const ids = new Map(unique.map(({ hash }, index) => [hash, (kept[index] as (typeof kept)[0]).id]));
  return items.map(({ row, texts }) => complete(row, ids.get(texts.hash) as number));
}

type Row<T extends keyof Tables, Id extends string> = Omit<Required<Insertable<Tables[T]>>, Id>;

/** The rows of the parts of risk lists. */
export class PartRows {
  readonly #categories: Insertable<Tables["category_risk"]>[] = [];
  readonly #severities: Item<"severity_word", Row<"severity_item", "severity_word_id">>[] = [];
  readonly #counters: Item<"counter_name", Row<"counter_item", "counter_id">>[] = [];
  readonly #policies: Item<"policy_text", Row<"policy_item", "policy_text_id">>[] = [];

  add(id: number, { categories }: RiskListContent): void {
    for (const block of categories) this.#addBlock(id, block);
  }

  #addBlock(risk_list_id: number, block: RiskListContent["categories"][number]): void {
    const { category } = block;
    this.#categories.push({
      risk_list_id,
      category,
      present: block.present ? 1 : 0,
      total_risk_num: block.totalRiskNum,
      deduct_score: block.deductScore,
    });
    for (const [position, { severity, severityRaw, affectedUnit, ...nums }] of block.severities.entries()) {
      const { riskNum: risk_num, affectedNum: affected_num } = nums;
      this.#severities.push({
        row: { risk_list_id, category, position, risk_num, affected_num },
        texts: severityWords.once({ severity, severity_raw: severityRaw, affected_unit: affectedUnit }),
      });
    }
    for (const { counter, value } of block.counters) {
      this.#counters.push({ row: { risk_list_id, category, value }, texts: counterNames.once({ counter }) });
    }
    for (const [position, { policyId, policyName, osType, hostNum, ruleName }] of block.policies.entries()) {
      this.#policies.push({
        row: { risk_list_id, category, position, host_num: hostNum },
        texts: policyTexts.once({
          policy_id: policyId,
          policy_name: policyName,
          os_type: osType,
          rule_name: ruleName,
        }),
      });
    }
  }

  async insert(batch: Batch): Promise<void> {
    await batch.insert("category_risk", this.#categories);
    await batch.insert(
      "severity_item",
      await withTexts(batch, "severity_word", this.#severities, (row, severity_word_id) => ({
        ...row,
        severity_word_id,
      })),
    );
    await batch.insert(
      "counter_item",
      await withTexts(batch, "counter_name", this.#counters, (row, counter_id) => ({ ...row, counter_id })),
    );
    await batch.insert(
      "policy_item",
      await withTexts(batch, "policy_text", this.#policies, (row, policy_text_id) => ({
        ...row,
        policy_text_id,
      })),
    );
  }
}
