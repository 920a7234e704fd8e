import { lastSnapshot, rounded, type ViewDefinition, wholeSum } from "./fragments.ts";
import { SWITCHED_OFF_ROLLUP } from "./policies.ts";
import { keptOrMade } from "./rolled-up.ts";
import { summed } from "./summed.ts";

/** From which score on a band begins, the best first. They are ours: HSS publishes none. */
const BANDS: readonly (readonly [band: string, from: number])[] = [
  ["strong", 90],
  ["good", 75],
  ["fair", 60],
  ["weak", 40],
  ["critical", 0],
];

const bandRows = BANDS.map(
  ([band, from], index) =>
    `SELECT '${band}' AS band, ${from} AS from_score, ${BANDS[index - 1]?.[1] ?? 100} AS to_score`,
);

/** The cloud's score is a whole number: less than a point between the two says nothing. */
const DIFFERS = "ABS(difference) >= 1";

/** The rows of a view, and whether each is the first of its target among those with the same keys. */
const eachTargetOnce = (from: string, keys: readonly string[]) => `(
        SELECT f.*, CASE WHEN ROW_NUMBER() OVER (PARTITION BY ${keys.join(", ")}, target_id) = 1 THEN 1 ELSE 0 END AS is_first
        FROM ${from} f
      ) AS marked`;

/** What a management summary needs in a few rows, whatever the number of targets. */
export const SUMMARY_VIEWS: readonly ViewDefinition[] = [
  ["score_band", bandRows.join("\n      UNION ALL ")],
  [
    "coverage_failure_daily",
    `SELECT f.data_date, f.failure_kind, f.targets, f.carried, f.oldest_carried_from,
        n.day_number - o.day_number AS oldest_carried_nights
      FROM (
        SELECT data_date, failure_kind, COUNT(*) AS targets, COUNT(carried_from) AS carried,
          MIN(carried_from) AS oldest_carried_from
        FROM (
          SELECT this.data_date, this.failure_kind, ${lastSnapshot("data_date")} AS carried_from FROM gap this
        ) AS missing GROUP BY data_date, failure_kind
      ) AS f
      JOIN night n ON n.data_date = f.data_date
      LEFT JOIN night o ON o.data_date = f.oldest_carried_from`,
  ],
  [
    "portfolio_saturation_daily",
    summed("saturation_pressure_daily", ["data_date", "category", "cap"], {
      targets: "COUNT(*)",
      growing_targets: "SUM(grows_unseen)",
      total_risk_num: wholeSum("total_risk_num"),
      total_risk_num_change: "SUM(total_risk_num_change)",
      nights_saturated: "MAX(nights_saturated)",
    }),
  ],
  [
    "portfolio_blind_spot_daily",
    summed("blind_spot_daily", ["data_date", "category", "kind"], {
      targets: "COUNT(*)",
      num: wholeSum("num"),
    }),
  ],
  [
    "portfolio_policy_off_daily",
    summed("policy_off_daily", ["data_date", "category", "policy_name", "os_type"], {
      targets: "COUNT(*)",
      host_num: wholeSum("host_num"),
      host_nights: wholeSum("host_nights"),
      first_off_since: "MIN(off_since)",
      last_off_since: "MAX(off_since)",
    }),
  ],
  [
    "quality_rule_daily",
    summed(eachTargetOnce("quality_issue", ["data_date", "rule"]), ["data_date", "rule"], {
      issues: "COUNT(*)",
      targets: "SUM(is_first)",
    }),
  ],
  [
    "portfolio_reconciliation_daily",
    `SELECT data_date, COUNT(*) AS asked, COUNT(difference) AS compared,
        COUNT(CASE WHEN ${DIFFERS} THEN 1 END) AS differing, COUNT(failure_kind) AS unavailable,
        ${rounded("MAX(ABS(difference))", 4)} AS largest_difference
      FROM score_reconciliation_daily GROUP BY data_date`,
  ],
  [
    "event_daily",
    `SELECT data_date, CASE WHEN fresh = 0 THEN 'nothing_fetched' ELSE 'targets_missing' END AS kind,
        CAST(NULL AS TEXT) AS category, missing AS targets, CAST(NULL AS NUMERIC) AS host_num
      FROM coverage_daily WHERE missing > 0
      UNION ALL
      SELECT data_date, CASE change WHEN 'new' THEN 'targets_new' ELSE 'targets_gone' END AS kind,
        CAST(NULL AS TEXT) AS category, COUNT(*) AS targets, CAST(NULL AS NUMERIC) AS host_num
      FROM scope_change WHERE change IN ('new', 'gone') GROUP BY data_date, change
      UNION ALL
      SELECT data_date, 'policies_off' AS kind, category, targets, host_num
      FROM (
      ${keptOrMade(SWITCHED_OFF_ROLLUP)}
      ) AS off
      UNION ALL
      SELECT data_date, 'scoring_suspected' AS kind, category, moved_targets AS targets, CAST(NULL AS NUMERIC) AS host_num
      FROM scoring_suspicion_daily WHERE suspicious = 1`,
  ],
];
