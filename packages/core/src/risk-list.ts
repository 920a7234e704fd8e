/** The six categories, in the order reports show them. */
export const CATEGORIES = ["alarm", "vulnerability", "baseline", "asset", "protection", "image"] as const;
export type Category = (typeof CATEGORIES)[number];

/** The most points a category can take (ListSecurityRisk, deduct_score ranges of tables 5–7, 9, 10, 12). */
export const CAPS: Record<Category, number> = {
  alarm: 30,
  vulnerability: 20,
  baseline: 20,
  asset: 10,
  protection: 10,
  image: 10,
};

export type Severity = "critical" | "high" | "medium" | "low" | "unknown";

/** One line of a category's risk_list (tables 11 and 13). Counts are 0–2147483647; null is "not said". */
export interface SeverityRisk {
  severity: Severity;
  /** As it came. */
  severityRaw: string | null;
  /** Number of risks; for images the number of images. */
  riskNum: number | null;
  /** Affected hosts, or images. */
  affectedNum: number | null;
  affectedUnit: "host" | "image";
}

/** A named number beside the severities; `counter` is the API's field name. */
export interface CounterValue {
  counter: string;
  value: number | null;
}

/** A policy named by the answer (table 8). */
export interface Policy {
  policyId: string | null;
  policyName: string | null;
  osType: string | null;
  hostNum: number | null;
  ruleName: string | null;
}

/** One block of the answer. `present` is false where the answer has none: then every figure is unknown. */
export interface CategoryRisk {
  category: Category;
  present: boolean;
  totalRiskNum: number | null;
  /** Points, 0–cap, as they came: a float32 may carry noise behind the first decimal. */
  deductScore: number | null;
  severities: SeverityRisk[];
  counters: CounterValue[];
  policies: Policy[];
}

/** What the text of an answer lost when it was read: bytes or characters that no database takes, a key given twice. */
export interface TextFinding {
  /** Null where it lies in no category. */
  category: Category | null;
  rule: "text_not_utf8" | "text_surrogate" | "text_nul" | "key_repeated";
  /** The JSON path. */
  detail: string;
}

/** The normalized content of one answer: always all six categories, in the order of CATEGORIES. */
export interface RiskList {
  totalRiskNum: number | null;
  categories: CategoryRisk[];
  /** In the order of the text; left out where there are none. At most twenty. */
  textFindings?: TextFinding[];
}
