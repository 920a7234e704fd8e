import { OBSERVED, previousDate, TARGET, type ViewDefinition } from "./fragments.ts";

/** Which nights there are, what ran on them, and which targets they cover. */
export const COVERAGE_VIEWS: readonly ViewDefinition[] = [
  [
    "run_history",
    `SELECT id AS run_id, data_date, started_at, finished_at, status, expected, already_fresh, fetched,
        missing, problem
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
];
