import { hash } from "node:crypto";
import type { Category, Severity } from "./views.ts";

/**
 * A normalized answer as the ledger takes it, its categories in the order of the table `category`. Null is "not known"
 * everywhere.
 */
export interface RiskListContent {
  totalRiskNum: number | null;
  categories: readonly {
    category: Category;
    present: boolean;
    totalRiskNum: number | null;
    deductScore: number | null;
    severities: readonly {
      severity: Severity;
      severityRaw: string | null;
      riskNum: number | null;
      affectedNum: number | null;
      affectedUnit: "host" | "image";
    }[];
    counters: readonly { counter: string; value: number | null }[];
    policies: readonly {
      policyId: string | null;
      policyName: string | null;
      osType: string | null;
      hostNum: number | null;
      ruleName: string | null;
    }[];
  }[];
}

/** A list in the order of its items' JSON. */
function ordered<T>(items: readonly T[]): readonly T[] {
  if (items.length < 2) return items;
  const keyed = items.map((item) => ({ item, key: JSON.stringify(item) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ item }) => item);
}

/**
 * The order in which an answer lists its severities and policies carries no meaning and varies, so equal
 * content is brought into one order before it is hashed and stored. Its hash can be told again from its rows.
 */
export const canonicalContent = (content: RiskListContent): RiskListContent => ({
  totalRiskNum: content.totalRiskNum,
  categories: content.categories.map((block) => ({
    category: block.category,
    present: block.present,
    totalRiskNum: block.totalRiskNum,
    deductScore: block.deductScore,
    severities: ordered(block.severities),
    counters: ordered(block.counters),
    policies: ordered(block.policies),
  })),
});

/** SHA-256. */
export const hashOf = (bytes: string | Uint8Array): Buffer => hash("sha256", bytes, "buffer");

/** The address of a content that is in the canonical order: SHA-256 of its JSON. */
export const canonicalHash = (canonical: RiskListContent): Buffer => hashOf(JSON.stringify(canonical));

/** The address of a content. */
export const contentHash = (content: RiskListContent): Buffer => canonicalHash(canonicalContent(content));
