import { CATEGORY, type ColumnEntry, DATA_DATE, type Entries, OBSERVATION_COLUMNS } from "./entry.ts";

const RULES = "HSS user guide, Security Score Deduction Rules";

const ACTION_COLUMNS = {
  category: CATEGORY,
  action: [
    "What is dealt with: a severity (`critical` to `low`), a counter by its name, a policy (`policy_login_security`, `policy_ransomware`, `policy_web_tamper`, `policy_container_runtime`, `policy_weak_password`, `policy_asset_discovery`), or the rest that no rule explains: `enable_policies` where policies without a rule are off, else `unattributed`.",
  ],
  mode: [
    "`each`: the rule takes its points for each one; `once`: once, however many there are; null where there is no rule.",
    null,
    RULES,
  ],
  points_each: ["Points by the rule; of an unprotected host the most that one can take.", "points", RULES],
} as const satisfies Record<string, ColumnEntry>;

export const POINTS_BACK_ENTRIES: Entries<"points_back_daily" | "portfolio_points_back_daily"> = {
  points_back_daily: {
    meaning:
      "One row for each target, night, category and action: what HSS would give back for it, an estimate, since the cloud names no points of single risks: the documented rules are held to what the category really takes, and what they do not explain stays a row of its own.",
    key: ["data_date", "target_id", "category", "action"],
    of: "category_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      ...ACTION_COLUMNS,
      action_rank: ["Its place within the category: the dearest by the rules first, the rest last."],
      num: [
        "Risks, hosts or images to deal with; of a policy the hosts on which it is off, of `enable_policies` the policies; null where that is not known.",
        "risks, hosts, images or policies",
      ],
      raw_points: ["Its points by the rules alone, without a cap; null where num is not known.", "points"],
      deduct_score: [
        "The points that the category takes; null where the answer does not say.",
        "points",
        "ListSecurityRisk, tables 5–7, 9, 10 and 12",
      ],
      cap: ["The most that the category can take.", "points"],
      category_raw_points: [
        "The sum of raw_points over the category; null where one is, and then all it takes is `unattributed`.",
        "points",
      ],
      points_alone: [
        "What it returns when nothing else of the category is dealt with; null where that is not known.",
        "points",
      ],
      points_back: [
        "What it returns when all that come before it by action_rank are dealt with; over a category they add up to deduct_score.",
        "points",
      ],
      blocked_by_cap: [
        "1 where it returns nothing by itself because the rest keeps the category at its cap, 0 where not, null where that is not known.",
      ],
    },
  },
  portfolio_points_back_daily: {
    meaning:
      "One row for each night, category and action: the same estimate in points of the portfolio's mean score, over all targets with a score.",
    key: ["data_date", "category", "action"],
    of: "portfolio_category_daily",
    columns: {
      data_date: DATA_DATE,
      ...ACTION_COLUMNS,
      scored_targets: [
        "Targets with a known score on this night, which points are shared out over.",
        "targets",
      ],
      targets: ["Those among them that have the action.", "targets"],
      blocked_targets: [
        "Those among these where it returns nothing by itself because of the cap.",
        "targets",
      ],
      num: [
        "The sum of num over these targets; null where one is not known.",
        "risks, hosts, images or policies",
      ],
      points_alone: [
        "The sum of points_alone, shared out over scored_targets, to four decimals.",
        "points of the mean score",
      ],
      points_back: [
        "The sum of points_back, shared out over scored_targets, to four decimals: over a night they add up to the mean of deducted.",
        "points of the mean score",
      ],
      rank: ["1 for the action with the most points_back; those called `unattributed` come last."],
    },
  },
};
