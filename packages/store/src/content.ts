import { hash } from "node:crypto";
import type { Category, Severity, TextRule } from "./views.ts";

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
  /** What the text of the answer lost when it was read, in the order of the text; left out where it lost nothing. */
  textFindings?: readonly { category: Category | null; rule: TextRule; detail: string }[];
}

type Block = RiskListContent["categories"][number];

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byJson = (a: object, b: object): number => compare(JSON.stringify(a), JSON.stringify(b));

/** The same order, told by what the JSON begins with: none of these words is the beginning of another. */
const bySeverity = (a: Block["severities"][number], b: Block["severities"][number]): number =>
  a.severity === b.severity ? byJson(a, b) : compare(a.severity, b.severity);

const ordered = <T>(items: readonly T[], order: (a: T, b: T) => number): readonly T[] =>
  items.length < 2 ? items : items.toSorted(order);

/** Left out where there are none, as they were before there were any: hashes stay what they were. */
const findingsOf = ({ textFindings = [] }: RiskListContent): Pick<RiskListContent, "textFindings"> =>
  textFindings.length === 0
    ? {}
    : { textFindings: textFindings.map(({ category, rule, detail }) => ({ category, rule, detail })) };

/**
 * The order in which an answer lists its severities and policies carries no meaning and varies, so equal
 * content is brought into one order, that of its items' JSON, before it is hashed and stored. Its hash can be told again from its rows.
 */
export const canonicalContent = (content: RiskListContent): RiskListContent => ({
  totalRiskNum: content.totalRiskNum,
  categories: content.categories.map((block) => ({
    category: block.category,
    present: block.present,
    totalRiskNum: block.totalRiskNum,
    deductScore: block.deductScore,
    severities: ordered(block.severities, bySeverity),
    counters: ordered(block.counters, byJson),
    policies: ordered(block.policies, byJson),
  })),
  ...findingsOf(content),
});

/** SHA-256: by way of a text, since its bytes then lie in the pool and not each in memory of its own. */
export const hashOf = (bytes: string | Uint8Array): Buffer =>
  Buffer.from(hash("sha256", bytes, "hex"), "hex");

/** The address of a content that is in the canonical order: SHA-256 of its JSON. */
export const canonicalHash = (canonical: RiskListContent): Buffer => hashOf(JSON.stringify(canonical));

/** The address of a content. */
export const contentHash = (content: RiskListContent): Buffer => canonicalHash(canonicalContent(content));
