import type { Category } from "./views.ts";

/** A rule by which HSS takes points of a category. */
interface ScoringRule {
  category: Category;
  kind: "severity" | "counter" | "policy";
  /** A severity, the name of a counter, or the lower-case pattern of a policy's name. */
  item: string;
  /** What to do about it, by the key that words are found under. */
  action: string;
  points: number;
  /** Points for each one counted, or once however many there are. */
  mode: "each" | "once";
}

const severities = (category: Category, taken: Readonly<Record<string, number>>): ScoringRule[] =>
  Object.entries(taken).map(([item, points]) => ({
    ...{ category, kind: "severity", item, action: item, points, mode: "each" },
  }));

const counter = (
  category: Category,
  item: string,
  points: number,
  mode: ScoringRule["mode"],
): ScoringRule => ({ category, kind: "counter", item, action: item, points, mode });

/** HSS names a policy in the language of the account. */
const policy = (
  category: Category,
  action: string,
  points: number,
  ...patterns: readonly string[]
): ScoringRule[] =>
  patterns.map((item) => ({ category, kind: "policy", item, action, points, mode: "once" }));

/**
 * The deduction rules as HSS documents them. What an answer cannot tell is not among them: that no policy at all is
 * enabled (alarm, 30 once). How much an unprotected host takes depends on how important it is (1, 0.5 or 0.1), which
 * no answer says; 1 is the most, and it is the only rule of its category.
 */
const SCORING_RULES: readonly ScoringRule[] = [
  ...severities("alarm", { critical: 10, high: 3, medium: 1, low: 0.1 }),
  ...policy("alarm", "policy_login_security", 10, "%login security%", "%登录安全%"),
  ...policy("alarm", "policy_ransomware", 15, "%ransomware%", "%勒索%"),
  ...policy("alarm", "policy_web_tamper", 20, "%web tamper%", "%网页防篡改%"),
  ...policy("alarm", "policy_container_runtime", 20, "%container escape%", "%容器逃逸%"),
  ...severities("vulnerability", { critical: 10, high: 3, medium: 1, low: 0.1 }),
  counter("vulnerability", "un_scanned_host_num", 15, "once"),
  ...severities("baseline", { high: 10, medium: 3, low: 1 }),
  counter("baseline", "existed_pwd_host_num", 10, "each"),
  counter("baseline", "un_scanned_baseline_host_num", 10, "once"),
  ...policy("baseline", "policy_weak_password", 10, "%weak password%", "%弱口令%"),
  counter("asset", "existed_danger_port_host_num", 1, "each"),
  ...policy("asset", "policy_asset_discovery", 5, "%asset discovery%", "%资产发现%"),
  counter("protection", "un_open_protection_host_num", 1, "each"),
  ...severities("image", { high: 3, medium: 1, low: 0.1 }),
  counter("image", "un_scanned_image_num", 5, "once"),
];

const SOURCE = "HSS user guide, Security Score Deduction Rules";

const rowOf = ({ category, kind, item, action, points, mode }: ScoringRule): string =>
  `('${category}', '${kind}', '${item}', '${action}', ${points}, '${mode}', '${SOURCE}')`;

/** The rules as a SELECT. */
export const SCORING_RULE_ROWS = `WITH rules (category, kind, item, action, points, mode, source) AS (VALUES
        ${SCORING_RULES.map(rowOf).join(",\n        ")}
      ) SELECT category, kind, item, action, points, mode, source FROM rules`;
