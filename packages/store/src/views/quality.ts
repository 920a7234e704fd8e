import { FINDINGS } from "./findings.ts";
import { onBothNights, points, rounded, scoreOf, shown, targetOn, type ViewDefinition } from "./fragments.ts";
import { rolledUp, viewOf } from "./rolled-up.ts";
import { brokeOn, LOOK_BACK, type Property, streaks } from "./streak.ts";

/** From so many nights in a row with one answer on, a target is looked at as frozen. */
const FROZEN_NIGHTS = 3;
/** Frozen is what stands still while this share of the others moved. */
const FROZEN_WHILE_CHANGED = 0.9;
/** A scoring rule is suspected where so many targets, and this share of those that can tell, moved. */
const SUSPICIOUS_TARGETS = 3;
const SUSPICIOUS_SHARE = 0.2;

const SAME_PAYLOAD: Property = {
  join: "",
  holds: "e.payload_id = o.payload_id",
  breaks: "e.payload_id <> o.payload_id",
};

const STANDSTILLS = streaks(
  `
            SELECT o.*, ${brokeOn(SAME_PAYLOAD)} AS changed_on
            FROM (
              SELECT s.data_date, s.target_id, s.payload_id, ${LOOK_BACK} AS look_back
              FROM snapshot s JOIN night n ON n.data_date = s.data_date
            ) AS o`,
  SAME_PAYLOAD,
  ["data_date", "target_id", "changed_on"],
);

/**
 * Whether all rows of a category's list are the same in two risk lists (`a`, `b`). A number that is not known is the
 * same as none. The lists are kept in one order, so equal ones agree place by place.
 */
const sameRows = (table: string, equal: string) => {
  const rows = (list: string) =>
    `(SELECT COUNT(*) FROM ${table} x WHERE x.risk_list_id = ${list} AND x.category = now.category)`;
  const both = `(SELECT COUNT(*) FROM ${table} x JOIN ${table} y ON y.risk_list_id = b.risk_list_id
              AND y.category = x.category AND ${equal}
            WHERE x.risk_list_id = a.risk_list_id AND x.category = now.category)`;
  return `${rows("a.risk_list_id")} = ${both} AND ${rows("b.risk_list_id")} = ${both}`;
};

const COUNTS_UNCHANGED = `(a.risk_list_id = b.risk_list_id OR (now.total_risk_num = before.total_risk_num
          AND ${sameRows(
            "severity_risk",
            "y.position = x.position AND y.severity = x.severity AND y.risk_num = x.risk_num AND y.affected_num = x.affected_num",
          )}
          AND ${sameRows("counter_value", "y.counter = x.counter AND y.value = x.value")}
          AND ${sameRows(
            "policy",
            "y.position = x.position AND y.policy_id = x.policy_id AND y.host_num = x.host_num",
          )}))`;

/** Points that moved where nothing did that they are taken for. */
export const QUALITY_ROLLUPS = [
  rolledUp(
    "scoring_suspicion_daily",
    ["data_date", "previous_date", "category", "cohort", "moved_targets", "moved_share", "suspicious"],
    ({ snapshot }) => `SELECT data_date, previous_date, category, cohort, moved_targets,
        ${rounded("moved_targets * 1.0 / cohort", 4)} AS moved_share,
        CASE WHEN moved_targets >= ${SUSPICIOUS_TARGETS} AND moved_targets >= ${SUSPICIOUS_SHARE} * cohort
          THEN 1 ELSE 0 END AS suspicious
      FROM (
        SELECT a.data_date, b.data_date AS previous_date, now.category, COUNT(*) AS cohort,
          SUM(CASE WHEN ${points("now.deduct_score")} <> ${points("before.deduct_score")} THEN 1 ELSE 0 END)
            AS moved_targets
        FROM ${onBothNights(snapshot)}
        JOIN category_risk now ON now.risk_list_id = a.risk_list_id AND now.deduct_score IS NOT NULL
        JOIN category_risk before ON before.risk_list_id = b.risk_list_id AND before.category = now.category
          AND before.deduct_score IS NOT NULL
        WHERE ${COUNTS_UNCHANGED}
        GROUP BY a.data_date, b.data_date, now.category
      ) AS told`,
  ),
];

/** Whether an answer can be believed: what it departs from, and what is odd about many at once. */
export const QUALITY_VIEWS: readonly ViewDefinition[] = [
  [
    "score_reconciliation_daily",
    `SELECT o.data_date, ${targetOn("o.data_date")}, ${scoreOf("s.risk_list_id")} AS score, o.score AS official_score,
        ${rounded(`o.score - ${scoreOf("s.risk_list_id")}`, 4)} AS difference,
        o.risk_num AS official_risk_num, o.risk_host_num AS official_risk_host_num, o.failure_kind
      FROM official_score o
      JOIN snapshot s ON s.target_id = o.target_id AND s.data_date = o.data_date
      JOIN target t ON t.id = o.target_id`,
  ],
  [
    "field_drift",
    `SELECT d.field, d.data_date AS first_date, ${targetOn("d.data_date")}, d.run_id
      FROM drift d JOIN target t ON t.id = d.target_id`,
  ],
  [
    "quality_issue",
    `${FINDINGS}
      UNION ALL
      SELECT data_date, target_id, account, region, project_id, project_name, enterprise_project_id,
        NULL AS category, 'score_mismatch' AS rule,
        'ShowRiskScore says ' || official_score || ', 100 less the deductions is '
          || ${shown("score", 4)} AS detail, 0 AS place
      FROM score_reconciliation_daily WHERE ABS(difference) >= 1
      UNION ALL
      SELECT data_date, target_id, account, region, project_id, project_name, enterprise_project_id,
        NULL AS category, 'score_unavailable' AS rule,
        'ShowRiskScore: ' || COALESCE(failure_kind, 'the answer has no score') AS detail, 0 AS place
      FROM score_reconciliation_daily WHERE official_score IS NULL
      UNION ALL
      SELECT first_date AS data_date, target_id, account, region, project_id, project_name,
        enterprise_project_id, NULL AS category, 'field_unknown' AS rule, field AS detail,
        0 AS place
      FROM field_drift`,
  ],
  [
    "frozen_payload_daily",
    `SELECT q.data_date, ${targetOn("q.data_date")}, q.nights AS nights_same, q.since AS same_since, q.other_targets,
        q.other_targets_changed,
        CASE WHEN q.other_targets > 0 AND q.other_targets_changed >= ${FROZEN_WHILE_CHANGED} * q.other_targets
          THEN 1 ELSE 0 END AS suspicious
      FROM (
        SELECT held.data_date, held.target_id, held.nights, held.since,
          COUNT(*) OVER (PARTITION BY held.data_date) - 1 AS other_targets,
          RANK() OVER (PARTITION BY held.data_date ORDER BY held.changed_on DESC) - 1 AS other_targets_changed
        FROM (${STANDSTILLS}
        ) AS held
      ) AS q JOIN target t ON t.id = q.target_id
      WHERE q.nights >= ${FROZEN_NIGHTS}`,
  ],
  ...QUALITY_ROLLUPS.map(viewOf),
];
