import { deductedOf, missingOn, NOW, scoreOf, targetOn, unitOn, type ViewDefinition } from "./fragments.ts";
import { STILL_ON_RECORD } from "./retractions.ts";
import { CATEGORY_SUMS, CHANGE_SUMS, riskSums } from "./sums.ts";

/** Business units: who belongs to which, and the portfolio's figures of each. No unit is null, and a row like another. */
export const UNIT_VIEWS: readonly ViewDefinition[] = [
  [
    "unit_target",
    `SELECT ${targetOn(NOW)}, p.unit, COALESCE(p.from_date, '0001-01-01') AS from_date,
        COALESCE(p.to_date, '9999-12-31') AS to_date
      FROM target t LEFT JOIN unit_period p ON p.target_id = t.id
      WHERE ${STILL_ON_RECORD}`,
  ],
  [
    "unit_daily",
    `SELECT data_date, unit, COUNT(*) AS expected, COUNT(answered) AS fresh, COUNT(*) - COUNT(answered) AS missing,
        ${riskSums("answered")}
      FROM (
        SELECT n.data_date, ${unitOn("t.id", "n.data_date")} AS unit, s.target_id AS answered,
          ${scoreOf("s.risk_list_id")} AS score, ${deductedOf("s.risk_list_id")} AS deducted, r.total_risk_num
        FROM night n CROSS JOIN target t
        LEFT JOIN snapshot s ON s.data_date = n.data_date AND s.target_id = t.id
        LEFT JOIN risk_list r ON r.id = s.risk_list_id
        WHERE s.target_id IS NOT NULL OR ${missingOn("t.id", "n.data_date")}
      ) AS expected GROUP BY data_date, unit`,
  ],
  [
    "unit_category_daily",
    `SELECT data_date, unit, category, cap, ${CATEGORY_SUMS}
      FROM category_daily GROUP BY data_date, unit, category, cap`,
  ],
  [
    "unit_change_daily",
    `SELECT data_date, unit, previous_date, ${CHANGE_SUMS}
      FROM risk_change_daily GROUP BY data_date, unit, previous_date`,
  ],
];
