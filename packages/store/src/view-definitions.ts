import { payloadStorage } from "./views/payload-storage.ts";
import { revisionDaily } from "./views/revision-daily.ts";

/**
 * The SQL of each view, in the order of their dependence. Every figure a person sees is defined here and
 * nowhere else. Plain SQL that SQLite and PostgreSQL both take.
 */
const TARGET =
  "t.id AS target_id, t.account, t.region, t.project_id, t.project_name, t.enterprise_project_id";
const OBSERVED = "snapshot s JOIN target t ON t.id = s.target_id";

/** A sum that is unknown as soon as one of its parts is. */
const wholeSum = (column: string) => `CASE WHEN COUNT(${column}) = COUNT(*) THEN SUM(${column}) END`;
const mean = (column: string, digits: number) => `ROUND(CAST(AVG(${column}) AS NUMERIC), ${digits})`;

/**
 * Points are float32 multiples of 0.1 at the cloud, so 19.9 may come as 19.899999618530273. Noise of that size is
 * not shown; what came is kept.
 */
const points = (column: string) => {
  const tenths = `ROUND(CAST(${column} AS NUMERIC), 1)`;
  return `CASE WHEN ABS(${column} - ${tenths}) < 0.00001 THEN ${tenths} ELSE ${column} END`;
};

/** What a risk list takes off: null where one of the six deductions is missing. */
const deducted = (riskListId: string) => `(SELECT CASE WHEN COUNT(c.deduct_score) = 6
              THEN ROUND(CAST(SUM(${points("c.deduct_score")}) AS NUMERIC), 4) END
            FROM category_risk c WHERE c.risk_list_id = ${riskListId})`;

/** A number as text, without the zeros at its end, which each engine writes its own way. */
const shown = (column: string, digits: number) =>
  `RTRIM(RTRIM(CAST(ROUND(CAST(${column} AS NUMERIC), ${digits}) AS TEXT), '0'), '.')`;

/** All that the answer itemizes of a category (`category_risk` as the alias): severities and counters. */
const itemized = (alias: string) => `CASE WHEN ${alias}.present = 1 THEN
            (SELECT CASE WHEN COUNT(v.risk_num) = COUNT(*) THEN COALESCE(SUM(v.risk_num), 0) END
              FROM severity_risk v WHERE v.risk_list_id = ${alias}.risk_list_id AND v.category = ${alias}.category)
            + (SELECT CASE WHEN COUNT(n.value) = COUNT(*) THEN COALESCE(SUM(n.value), 0) END
              FROM counter_value n WHERE n.risk_list_id = ${alias}.risk_list_id AND n.category = ${alias}.category)
          END`;
const residual = (alias: string) => `${alias}.total_risk_num - (${itemized(alias)})`;

/** Every count of an answer, with the name it has there. */
const COUNTS = `
        SELECT id AS risk_list_id, NULL AS category, 'total_risk_num' AS item, total_risk_num AS value
          FROM risk_list
        UNION ALL SELECT risk_list_id, category, 'total_risk_num', total_risk_num
          FROM category_risk WHERE present = 1
        UNION ALL SELECT risk_list_id, category, severity || ' risks', risk_num FROM severity_risk
        UNION ALL SELECT risk_list_id, category, severity || ' hosts', affected_num
          FROM severity_risk WHERE affected_unit = 'host'
        UNION ALL SELECT n.risk_list_id, n.category, n.counter, n.value FROM counter_value n
          JOIN category_risk c ON c.risk_list_id = n.risk_list_id AND c.category = n.category
        UNION ALL SELECT risk_list_id, category, 'policy hosts', host_num FROM policy`;

/** Findings that depend on an answer's content alone. */
const CONTENT_FINDINGS = `
        SELECT risk_list_id, category, 'number_out_of_range' AS rule, item || ' = ' || value AS detail
          FROM (${COUNTS}) AS counted WHERE value < 0 OR value > 2147483647
        UNION ALL SELECT risk_list_id, category, 'figure_absent', item
          FROM (${COUNTS}) AS counted WHERE value IS NULL
        UNION ALL SELECT risk_list_id, category, 'figure_absent', 'deduct_score'
          FROM category_risk WHERE present = 1 AND deduct_score IS NULL
        UNION ALL SELECT risk_list_id, category, 'block_absent', 'the answer says nothing of it'
          FROM category_risk WHERE present = 0
        UNION ALL SELECT c.risk_list_id, c.category, 'deduction_out_of_range',
            'deduct_score = ' || ${shown("c.deduct_score", 9)} || ', at most ' || k.cap
          FROM category_risk c JOIN category k ON k.category = c.category
          WHERE c.deduct_score < 0 OR c.deduct_score > k.cap
        UNION ALL SELECT risk_list_id, category, 'float_noise', 'deduct_score = ' || ${shown("deduct_score", 9)}
          FROM category_risk WHERE deduct_score <> ${points("deduct_score")}
        UNION ALL SELECT r.id, NULL, 'total_mismatch',
            'total_risk_num = ' || r.total_risk_num || ', its categories add up to ' || c.total
          FROM risk_list r JOIN (
            SELECT risk_list_id, ${wholeSum("total_risk_num")} AS total FROM category_risk GROUP BY risk_list_id
          ) AS c ON c.risk_list_id = r.id
          WHERE r.total_risk_num <> c.total
        UNION ALL SELECT risk_list_id, category, 'severity_repeated', severity || ' × ' || COUNT(*)
          FROM severity_risk WHERE severity <> 'unknown' GROUP BY risk_list_id, category, severity
          HAVING COUNT(*) > 1
        UNION ALL SELECT risk_list_id, category, 'severity_unknown',
            COALESCE('"' || SUBSTR(severity_raw, 1, 40) || '"', 'no severity')
          FROM severity_risk WHERE severity = 'unknown'
        UNION ALL SELECT risk_list_id, category, 'list_too_long', 'risk_list has ' || COUNT(*) || ', at most 4'
          FROM severity_risk GROUP BY risk_list_id, category HAVING COUNT(*) > 4
        UNION ALL SELECT risk_list_id, category, 'list_too_long', 'policy_list has ' || COUNT(*) || ', at most 32'
          FROM policy GROUP BY risk_list_id, category HAVING COUNT(*) > 32`;

export const VIEW_DEFINITIONS: readonly (readonly [name: string, select: string])[] = [
  [
    "run_history",
    `SELECT id AS run_id, kind, data_date, started_at, finished_at, status, expected, already_fresh, fetched,
        missing, problem
      FROM run`,
  ],
  [
    "risk_daily",
    `SELECT data_date, target_id, account, region, project_id, project_name, enterprise_project_id,
        ROUND(CAST(100 - deducted AS NUMERIC), 4) AS score, deducted, total_risk_num, run_id
      FROM (
        SELECT s.data_date, ${TARGET}, s.run_id, r.total_risk_num,
          ${deducted("s.risk_list_id")} AS deducted
        FROM ${OBSERVED} JOIN risk_list r ON r.id = s.risk_list_id
      ) AS observed`,
  ],
  [
    "latest_risk",
    `SELECT r.*, newest.day_number - n.day_number AS age_days
      FROM (SELECT target_id, MAX(data_date) AS data_date FROM snapshot GROUP BY target_id) AS last
      JOIN risk_daily r ON r.target_id = last.target_id AND r.data_date = last.data_date
      JOIN night n ON n.data_date = last.data_date
      CROSS JOIN (SELECT MAX(day_number) AS day_number FROM night) AS newest`,
  ],
  [
    "category_daily",
    `SELECT data_date, target_id, account, region, project_id, project_name, enterprise_project_id,
        category, total_risk_num, deduct_score, cap,
        CASE WHEN deduct_score IS NULL THEN NULL WHEN deduct_score >= cap THEN 1 ELSE 0 END AS saturated,
        itemized_num, total_risk_num - itemized_num AS unattributed_num
      FROM (
        SELECT s.data_date, ${TARGET}, c.category, c.total_risk_num,
          ${points("c.deduct_score")} AS deduct_score, k.cap,
          ${itemized("c")} AS itemized_num
        FROM ${OBSERVED} JOIN category_risk c ON c.risk_list_id = s.risk_list_id
        JOIN category k ON k.category = c.category
      ) AS observed`,
  ],
  [
    "severity_daily",
    `SELECT s.data_date, ${TARGET}, v.category, v.severity, v.severity_raw, v.risk_num, v.affected_num,
        v.affected_unit
      FROM ${OBSERVED} JOIN severity_risk v ON v.risk_list_id = s.risk_list_id`,
  ],
  [
    "counter_daily",
    `SELECT s.data_date, ${TARGET}, n.category, n.counter, n.value
      FROM ${OBSERVED} JOIN counter_value n ON n.risk_list_id = s.risk_list_id`,
  ],
  [
    "policy_daily",
    `SELECT s.data_date, ${TARGET}, p.category, p.policy_id, p.policy_name, p.os_type, p.host_num, p.rule_name
      FROM ${OBSERVED} JOIN policy p ON p.risk_list_id = s.risk_list_id`,
  ],
  [
    "coverage_target_daily",
    `SELECT s.data_date, ${TARGET}, 'fresh' AS outcome, NULL AS failure_kind, s.attempts,
        NULL AS carried_from, NULL AS detail, s.run_id
      FROM ${OBSERVED}
      UNION ALL
      SELECT g.data_date, ${TARGET}, 'missing' AS outcome, g.failure_kind, g.attempts,
        (SELECT MAX(s.data_date) FROM snapshot s
          WHERE s.target_id = g.target_id AND s.data_date < g.data_date) AS carried_from,
        g.detail, g.run_id
      FROM gap g JOIN target t ON t.id = g.target_id`,
  ],
  [
    "coverage_daily",
    `SELECT data_date, COUNT(*) AS expected,
        SUM(CASE WHEN outcome = 'fresh' THEN 1 ELSE 0 END) AS fresh,
        SUM(CASE WHEN carried_from IS NOT NULL THEN 1 ELSE 0 END) AS carried,
        SUM(CASE WHEN outcome = 'missing' THEN 1 ELSE 0 END) AS missing
      FROM coverage_target_daily GROUP BY data_date`,
  ],
  [
    "portfolio_daily",
    `SELECT data_date, COUNT(*) AS targets, COUNT(score) AS scored_targets, ${mean("score", 1)} AS score,
        ${mean("deducted", 1)} AS deducted, ${wholeSum("total_risk_num")} AS total_risk_num
      FROM risk_daily GROUP BY data_date`,
  ],
  [
    "portfolio_category_daily",
    `SELECT data_date, category, cap, COUNT(*) AS targets, ${mean("deduct_score", 1)} AS deduct_score,
        COALESCE(SUM(saturated), 0) AS saturated_targets, ${wholeSum("total_risk_num")} AS total_risk_num,
        ${wholeSum("unattributed_num")} AS unattributed_num
      FROM category_daily GROUP BY data_date, category, cap`,
  ],
  [
    "portfolio_severity_daily",
    `SELECT data_date, category, severity, ${wholeSum("risk_num")} AS risk_num
      FROM severity_daily GROUP BY data_date, category, severity`,
  ],
  [
    "portfolio_counter_daily",
    `SELECT data_date, category, counter, ${wholeSum("value")} AS value
      FROM counter_daily GROUP BY data_date, category, counter`,
  ],
  [
    "risk_change_daily",
    `SELECT a.data_date, a.target_id, a.account, a.region, a.project_id, a.project_name,
        a.enterprise_project_id, d.previous_date,
        ROUND(CAST(a.score - b.score AS NUMERIC), 4) AS score_change,
        a.total_risk_num - b.total_risk_num AS total_risk_num_change
      FROM (
        SELECT s.data_date,
          (SELECT MAX(b.data_date) FROM snapshot b WHERE b.data_date < s.data_date) AS previous_date
        FROM snapshot s GROUP BY s.data_date
      ) AS d
      JOIN risk_daily a ON a.data_date = d.data_date
      LEFT JOIN risk_daily b ON b.data_date = d.previous_date AND b.target_id = a.target_id`,
  ],
  [
    "portfolio_change_daily",
    `SELECT data_date, previous_date, COUNT(score_change) AS cohort, ${mean("score_change", 1)} AS score_change,
        SUM(total_risk_num_change) AS total_risk_num_change
      FROM risk_change_daily GROUP BY data_date, previous_date`,
  ],
  [
    "score_reconciliation_daily",
    `SELECT r.data_date, r.target_id, r.account, r.region, r.project_id, r.project_name,
        r.enterprise_project_id, r.score, o.score AS official_score,
        ROUND(CAST(o.score - r.score AS NUMERIC), 4) AS difference,
        o.risk_num AS official_risk_num, o.risk_host_num AS official_risk_host_num, o.failure_kind
      FROM official_score o JOIN risk_daily r ON r.target_id = o.target_id AND r.data_date = o.data_date`,
  ],
  [
    "field_drift",
    `SELECT d.field, d.data_date AS first_date, ${TARGET}, d.run_id
      FROM drift d JOIN target t ON t.id = d.target_id`,
  ],
  [
    "quality_issue",
    `SELECT s.data_date, ${TARGET}, f.category, f.rule, f.detail
      FROM ${OBSERVED} JOIN (${CONTENT_FINDINGS}
      ) AS f ON f.risk_list_id = s.risk_list_id
      UNION ALL
      SELECT s.data_date, ${TARGET}, a.category, 'residual_changed' AS rule,
        'unattributed ' || (${residual("b")}) || ' before, ' || (${residual("a")}) || ' now' AS detail
      FROM (
        SELECT this.target_id, this.data_date, this.risk_list_id,
          (SELECT b.risk_list_id FROM snapshot b
            WHERE b.target_id = this.target_id AND b.data_date < this.data_date
            ORDER BY b.data_date DESC LIMIT 1) AS risk_list_before
        FROM snapshot this
      ) AS s
      JOIN target t ON t.id = s.target_id
      JOIN category_risk a ON a.risk_list_id = s.risk_list_id
      JOIN category_risk b ON b.risk_list_id = s.risk_list_before AND b.category = a.category
      WHERE s.risk_list_before <> s.risk_list_id AND ${residual("a")} <> ${residual("b")}
      UNION ALL
      SELECT data_date, target_id, account, region, project_id, project_name, enterprise_project_id,
        NULL AS category, 'score_mismatch' AS rule,
        'ShowRiskScore says ' || official_score || ', 100 less the deductions is ' || ${shown("score", 4)} AS detail
      FROM score_reconciliation_daily WHERE ABS(difference) >= 1
      UNION ALL
      SELECT data_date, target_id, account, region, project_id, project_name, enterprise_project_id,
        NULL AS category, 'score_unavailable' AS rule, 'ShowRiskScore: ' || failure_kind AS detail
      FROM score_reconciliation_daily WHERE failure_kind IS NOT NULL
      UNION ALL
      SELECT first_date AS data_date, target_id, account, region, project_id, project_name,
        enterprise_project_id, NULL AS category, 'field_unknown' AS rule, field AS detail
      FROM field_drift`,
  ],
  [
    "inventory_latest",
    `SELECT account, region, project_id, project_name, enterprise_project_id, state, since FROM inventory`,
  ],
  [
    "scope_change_daily",
    `SELECT data_date, account, region, project_id, project_name, enterprise_project_id, change, reason, run_id
      FROM scope_change`,
  ],
  revisionDaily({ TARGET, points, wholeSum, deducted }),
  payloadStorage,
];
