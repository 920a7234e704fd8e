import { rounded, type ViewDefinition, wholeSum } from "./fragments.ts";

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
        FROM coverage_target_daily WHERE outcome = 'missing' GROUP BY data_date, failure_kind
      ) AS f
      JOIN night n ON n.data_date = f.data_date
      LEFT JOIN night o ON o.data_date = f.oldest_carried_from`,
  ],
  [
    "portfolio_saturation_daily",
    `SELECT data_date, category, cap, COUNT(*) AS targets, SUM(grows_unseen) AS growing_targets,
        ${wholeSum("total_risk_num")} AS total_risk_num, SUM(total_risk_num_change) AS total_risk_num_change,
        MAX(nights_saturated) AS nights_saturated
      FROM saturation_pressure_daily GROUP BY data_date, category, cap`,
  ],
  [
    "portfolio_blind_spot_daily",
    `SELECT data_date, category, kind, COUNT(*) AS targets, ${wholeSum("num")} AS num
      FROM blind_spot_daily GROUP BY data_date, category, kind`,
  ],
  [
    "portfolio_policy_off_daily",
    `SELECT data_date, category, policy_name, os_type, COUNT(*) AS targets, ${wholeSum("host_num")} AS host_num,
        ${wholeSum("host_nights")} AS host_nights, MIN(off_since) AS first_off_since,
        MAX(off_since) AS last_off_since
      FROM policy_off_daily GROUP BY data_date, category, policy_name, os_type`,
  ],
  [
    "quality_rule_daily",
    `SELECT data_date, rule, COUNT(*) AS issues, COUNT(DISTINCT target_id) AS targets
      FROM quality_issue GROUP BY data_date, rule`,
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
      FROM scope_change_daily WHERE change IN ('new', 'gone') GROUP BY data_date, change
      UNION ALL
      SELECT data_date, 'policies_off' AS kind, category, COUNT(DISTINCT target_id) AS targets,
        ${wholeSum("host_num")} AS host_num
      FROM policy_event WHERE event = 'off' GROUP BY data_date, category
      UNION ALL
      SELECT data_date, 'scoring_suspected' AS kind, category, moved_targets AS targets, CAST(NULL AS NUMERIC) AS host_num
      FROM scoring_suspicion_daily WHERE suspicious = 1`,
  ],
];
