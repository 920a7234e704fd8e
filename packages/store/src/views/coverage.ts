import {
  lastSnapshot,
  OBSERVED,
  previousDate,
  scoreOf,
  targetOn,
  unitOn,
  type ViewDefinition,
} from "./fragments.ts";
import { RETRACTED_SINCE } from "./retractions.ts";

/** Which nights there are, what ran on them, and which targets they cover. */
export const COVERAGE_VIEWS: readonly ViewDefinition[] = [
  [
    "run_history",
    `SELECT id AS run_id, kind, data_date, started_at, finished_at, status, expected, already_fresh, fetched,
        missing, problem, ${RETRACTED_SINCE} AS retracted
      FROM run`,
  ],
  [
    "night_daily",
    `SELECT n.data_date, n.day_number,
        CASE WHEN EXISTS (SELECT 1 FROM snapshot s WHERE s.data_date = n.data_date) THEN 1 ELSE 0 END AS observed,
        p.data_date AS previous_date, n.day_number - p.day_number - 1 AS nights_between
      FROM night n LEFT JOIN night p ON p.data_date = ${previousDate("n.data_date")}`,
  ],
  [
    "coverage_target_daily",
    `SELECT s.data_date, ${targetOn("s.data_date")}, ${unitOn("t.id", "s.data_date")} AS unit, 'fresh' AS outcome, NULL AS failure_kind, s.attempts,
        NULL AS carried_from, NULL AS carried_score, NULL AS carried_total_risk_num, NULL AS detail, s.run_id
      FROM ${OBSERVED}
      UNION ALL
      SELECT g.data_date, ${targetOn("g.data_date")}, ${unitOn("t.id", "g.data_date")} AS unit, 'missing' AS outcome, g.failure_kind, g.attempts,
        g.carried_from, ${scoreOf("c.risk_list_id")} AS carried_score,
        r.total_risk_num AS carried_total_risk_num, g.detail, g.run_id
      FROM (
        SELECT this.*, ${lastSnapshot("data_date")} AS carried_from FROM gap this
      ) AS g
      JOIN target t ON t.id = g.target_id
      LEFT JOIN snapshot c ON c.target_id = g.target_id AND c.data_date = g.carried_from
      LEFT JOIN risk_list r ON r.id = c.risk_list_id`,
  ],
  [
    "coverage_account_daily",
    `SELECT data_date, account,
        CASE WHEN MAX(CASE WHEN project_id = '*' THEN 1 ELSE 0 END) = 0 THEN COUNT(*) END AS expected,
        COUNT(CASE WHEN outcome = 'fresh' THEN 1 END) AS fresh,
        COUNT(CASE WHEN outcome = 'missing' THEN 1 END) AS missing,
        MAX(CASE WHEN project_id = '*' THEN failure_kind END) AS failure_kind,
        MAX(CASE WHEN project_id = '*' THEN detail END) AS detail
      FROM coverage_target_daily GROUP BY data_date, account`,
  ],
  [
    "coverage_daily",
    `SELECT data_date, fresh + missing AS expected, fresh, carried, missing
      FROM (
        SELECT n.data_date,
          (SELECT COUNT(*) FROM snapshot s WHERE s.data_date = n.data_date) AS fresh,
          (SELECT COUNT(*) FROM gap g WHERE g.data_date = n.data_date AND EXISTS (
            SELECT 1 FROM snapshot s WHERE s.target_id = g.target_id AND s.data_date < g.data_date)) AS carried,
          (SELECT COUNT(*) FROM gap g WHERE g.data_date = n.data_date) AS missing
        FROM night n
      ) AS counted WHERE fresh + missing > 0`,
  ],
];
