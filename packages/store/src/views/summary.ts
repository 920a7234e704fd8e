import { rounded, type ViewDefinition } from "./fragments.ts";

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

/**
 * Sums over the rows of a view, by its night and more. (Windows instead of a GROUP BY: SQLite hands the night that is
 * asked for through a window that is cut by it, but not through two GROUP BYs, or one over a UNION.)
 */
const summed = (from: string, by: readonly string[], sums: Readonly<Record<string, string>>) => `
      SELECT DISTINCT ${by.join(", ")},
        ${Object.entries(sums)
          .map(([column, sum]) => `${sum} AS ${column}`)
          .join(",\n        ")}
      FROM ${from} WINDOW whole AS (PARTITION BY ${by.join(", ")})`;
const count = (expression: string) => `COUNT(${expression}) OVER whole`;
/** A sum that is unknown as soon as one of its parts is. */
const all = (expression: string) =>
  `CASE WHEN ${count(expression)} = ${count("*")} THEN SUM(${expression}) OVER whole END`;
/** Rows with `target_first`, 1 in the first of each target and else null: those are counted where targets are. */
const firstOfTarget = (from: string, by: readonly string[]) => `(SELECT f.*, CASE WHEN ROW_NUMBER() OVER (
          PARTITION BY ${by.join(", ")}, target_id ORDER BY target_id) = 1 THEN 1 END AS target_first
        FROM ${from} AS f) AS firsts`;

const BY_RULE = ["data_date", "rule"] as const;
const BY_CATEGORY = ["data_date", "category"] as const;

/** What a management summary needs in a few rows, whatever the number of targets. */
export const SUMMARY_VIEWS: readonly ViewDefinition[] = [
  ["score_band", bandRows.join("\n      UNION ALL ")],
  [
    "coverage_failure_daily",
    `SELECT f.data_date, f.failure_kind, f.targets, f.carried, f.oldest_carried_from,
        n.day_number - o.day_number AS oldest_carried_nights
      FROM (${summed(
        "(SELECT data_date, failure_kind, carried_from FROM coverage_target_daily WHERE outcome = 'missing') AS missing",
        ["data_date", "failure_kind"],
        {
          targets: count("*"),
          carried: count("carried_from"),
          oldest_carried_from: "MIN(carried_from) OVER whole",
        },
      )}
      ) AS f
      JOIN night n ON n.data_date = f.data_date
      LEFT JOIN night o ON o.data_date = f.oldest_carried_from`,
  ],
  [
    "portfolio_saturation_daily",
    summed("saturation_pressure_daily", [...BY_CATEGORY, "cap"], {
      targets: count("*"),
      growing_targets: "SUM(grows_unseen) OVER whole",
      total_risk_num: all("total_risk_num"),
      total_risk_num_change: "SUM(total_risk_num_change) OVER whole",
      nights_saturated: "MAX(nights_saturated) OVER whole",
    }).trim(),
  ],
  [
    "portfolio_blind_spot_daily",
    summed("blind_spot_daily", [...BY_CATEGORY, "kind"], { targets: count("*"), num: all("num") }).trim(),
  ],
  [
    "portfolio_policy_off_daily",
    summed("policy_off_daily", [...BY_CATEGORY, "policy_name", "os_type"], {
      targets: count("*"),
      host_num: all("host_num"),
      host_nights: all("host_nights"),
      first_off_since: "MIN(off_since) OVER whole",
      last_off_since: "MAX(off_since) OVER whole",
    }).trim(),
  ],
  [
    "quality_rule_daily",
    summed(firstOfTarget("quality_issue", BY_RULE), BY_RULE, {
      issues: count("*"),
      targets: count("target_first"),
    }).trim(),
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
      SELECT data_date, 'policies_off' AS kind, category, targets, host_num
      FROM (${summed(
        firstOfTarget(
          "(SELECT data_date, target_id, category, host_num FROM policy_event WHERE event = 'off')",
          BY_CATEGORY,
        ),
        BY_CATEGORY,
        { targets: count("target_first"), host_num: all("host_num") },
      )}
      ) AS switched
      UNION ALL
      SELECT data_date, 'scoring_suspected' AS kind, category, moved_targets AS targets,
        CAST(NULL AS NUMERIC) AS host_num
      FROM scoring_suspicion_daily WHERE suspicious = 1`,
  ],
];
