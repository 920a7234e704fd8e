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

export const VIEW_DEFINITIONS: readonly (readonly [name: string, select: string])[] = [
  [
    "run_history",
    `SELECT id AS run_id, data_date, started_at, finished_at, status, expected, already_fresh, fetched,
        missing, problem
      FROM run`,
  ],
  [
    "risk_daily",
    `SELECT data_date, target_id, account, region, project_id, project_name, enterprise_project_id,
        ROUND(CAST(100 - deducted AS NUMERIC), 4) AS score, deducted, total_risk_num, run_id
      FROM (
        SELECT s.data_date, ${TARGET}, s.run_id, r.total_risk_num,
          (SELECT CASE WHEN COUNT(c.deduct_score) = 6
              THEN ROUND(CAST(SUM(c.deduct_score) AS NUMERIC), 4) END
            FROM category_risk c WHERE c.risk_list_id = s.risk_list_id) AS deducted
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
        SELECT s.data_date, ${TARGET}, c.category, c.total_risk_num, c.deduct_score, k.cap,
          CASE WHEN c.present = 1 THEN
            (SELECT CASE WHEN COUNT(v.risk_num) = COUNT(*) THEN COALESCE(SUM(v.risk_num), 0) END
              FROM severity_risk v WHERE v.risk_list_id = c.risk_list_id AND v.category = c.category)
            + (SELECT CASE WHEN COUNT(n.value) = COUNT(*) THEN COALESCE(SUM(n.value), 0) END
              FROM counter_value n WHERE n.risk_list_id = c.risk_list_id AND n.category = c.category)
          END AS itemized_num
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
];
