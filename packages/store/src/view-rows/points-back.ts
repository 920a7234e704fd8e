import type { Category, Observation } from "./columns.ts";

/** What could be done about a category: each action with the points that it could return. An estimate. */
interface PointsBack {
  category: Category;
  /**
   * What is dealt with: a severity (`critical` to `low`), a counter by its name, `policy_login_security`,
   * `policy_ransomware`, `policy_web_tamper`, `policy_container_runtime`, `policy_weak_password`,
   * `policy_asset_discovery`; `enable_policies` (others) or `unattributed` for what no rule explains.
   */
  action: string;
  /** Whether the rule takes points for each one, or once however many; null where there is no rule. */
  mode: "each" | "once" | null;
  /** Points by the rule; null where there is none. */
  points_each: number | null;
  /** Risks, hosts or images to deal with, or the hosts of a policy; null where it is not known. */
  num: number | null;
  /** Given back when nothing else of the category is dealt with. Points. */
  points_alone: number | null;
  /** Given back when the dearer ones of the category are dealt with before. Points. */
  points_back: number | null;
}

/** The actions of a target's night, within each category the dearest first. */
export interface PointsBackDaily extends Observation, PointsBack {
  /** Its place within the category. */
  action_rank: number;
  /** Points by the rule alone, without a cap; null where num is not known. */
  raw_points: number | null;
  /** What the category really takes. Points, 0–cap. */
  deduct_score: number | null;
  cap: number;
  /** Sum of raw_points over the category; null where one is not known. */
  category_raw_points: number | null;
  /** 1 where dealing with it alone returns nothing, since the category stays at its cap. */
  blocked_by_cap: number | null;
}

/** The same over all scored targets: points of the portfolio's mean score. */
export interface PortfolioPointsBackDaily extends PointsBack {
  data_date: string;
  /** Targets with a score: what the points are shared out over. */
  scored_targets: number;
  /** Scored targets that have the action. */
  targets: number;
  /** Those among them where the cap blocks it. */
  blocked_targets: number;
  /** 1 returns most; what is not attributed comes last. */
  rank: number;
}
