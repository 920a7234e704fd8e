import {
  deductedOf,
  itemized,
  OBSERVED,
  points,
  rounded,
  targetOn,
  unitOn,
  type ViewDefinition,
  wholeSum,
} from "./fragments.ts";
import { LATEST_DAY } from "./latest-day.ts";
import { rolledUp, viewOf } from "./rolled-up.ts";
import { CATEGORY_SUMS, riskSums } from "./sums.ts";

/** What an answer says, for each target and night. */
const riskDaily = (
  snapshot: string,
) => `SELECT data_date, target_id, account, region, project_id, project_name, enterprise_project_id,
        unit, ${rounded("100 - deducted", 4)} AS score, deducted, total_risk_num, run_id
      FROM (
        SELECT s.data_date, ${targetOn("s.data_date")}, ${unitOn("t.id", "s.data_date")} AS unit, s.run_id, r.total_risk_num,
          ${deductedOf("s.risk_list_id")} AS deducted
        FROM ${snapshot} s JOIN target t ON t.id = s.target_id JOIN risk_list r ON r.id = s.risk_list_id
      ) AS observed`;

const categoryDaily = (
  snapshot: string,
) => `SELECT data_date, target_id, account, region, project_id, project_name, enterprise_project_id,
        unit, category, total_risk_num, deduct_score, cap,
        CASE WHEN deduct_score IS NULL THEN NULL WHEN deduct_score >= cap THEN 1 ELSE 0 END AS saturated,
        itemized_num, total_risk_num - itemized_num AS unattributed_num
      FROM (
        SELECT s.data_date, ${targetOn("s.data_date")}, ${unitOn("t.id", "s.data_date")} AS unit, c.category, c.total_risk_num,
          ${points("c.deduct_score")} AS deduct_score, k.cap,
          ${itemized("c")} AS itemized_num
        FROM ${snapshot} s JOIN target t ON t.id = s.target_id
        JOIN category_risk c ON c.risk_list_id = s.risk_list_id
        JOIN category k ON k.category = c.category
      ) AS observed`;

/** The portfolio's sums of it, a few rows a night. */
export const RISK_ROLLUPS = [
  rolledUp(
    "portfolio_daily",
    ["data_date", "targets", "scored_targets", "score", "deducted", "total_risk_num"],
    ({ snapshot }) => `SELECT data_date, ${riskSums()}
      FROM (${riskDaily(snapshot)}) AS risk GROUP BY data_date`,
  ),
  rolledUp(
    "portfolio_category_daily",
    [
      ...(["data_date", "category", "cap", "targets", "deduct_score", "saturated_targets"] as const),
      ...(["total_risk_num", "unattributed_num"] as const),
    ],
    ({ snapshot }) => `SELECT data_date, category, cap, ${CATEGORY_SUMS}
      FROM (${categoryDaily(snapshot)}) AS risk GROUP BY data_date, category, cap`,
  ),
  rolledUp(
    "portfolio_severity_daily",
    ["data_date", "category", "severity", "risk_num"],
    ({ snapshot }) => `SELECT s.data_date, v.category, v.severity, ${wholeSum("v.risk_num")} AS risk_num
      FROM ${snapshot} s JOIN severity_risk v ON v.risk_list_id = s.risk_list_id
      GROUP BY s.data_date, v.category, v.severity`,
  ),
  rolledUp(
    "portfolio_counter_daily",
    ["data_date", "category", "counter", "value"],
    ({ snapshot }) => `SELECT s.data_date, n.category, n.counter, ${wholeSum("n.value")} AS value
      FROM ${snapshot} s JOIN counter_value n ON n.risk_list_id = s.risk_list_id
      GROUP BY s.data_date, n.category, n.counter`,
  ),
];

/** The newest night up to today that a run recorded. */
const NEWEST_NIGHT = `(SELECT MAX(ran.data_date) FROM run ran JOIN night c ON c.data_date = ran.data_date
          WHERE ran.kind = 'ingest' AND ran.data_date <= ${LATEST_DAY})`;

/**
 * Whether a target (`t`) is still expected: by what discovery saw last, since a run of some targets alone (`--only`)
 * says nothing about the others; where discovery says nothing of it, by the newest night.
 */
const STILL_EXPECTED = `COALESCE(
          (SELECT CASE WHEN i.state = 'expected' THEN 1 ELSE 0 END FROM inventory i
            WHERE i.account = t.account AND i.region = t.region AND i.project_id = t.project_id
              AND i.enterprise_project_id = t.enterprise_project_id),
          CASE WHEN EXISTS (SELECT 1 FROM snapshot s WHERE s.target_id = t.id AND s.data_date = ${NEWEST_NIGHT})
            OR EXISTS (SELECT 1 FROM gap g WHERE g.target_id = t.id AND g.data_date = ${NEWEST_NIGHT})
          THEN 1 ELSE 0 END) = 1`;

/** What each target's answer says, night by night, and the portfolio's sums of it. */
export const RISK_VIEWS: readonly ViewDefinition[] = [
  ["risk_daily", riskDaily("snapshot")],
  [
    "latest_risk",
    `SELECT r.*, newest.day_number - n.day_number AS age_days
      FROM (
        SELECT t.id, (
            SELECT MAX(s.data_date) FROM snapshot s
            WHERE s.target_id = t.id AND s.data_date <= ${LATEST_DAY}) AS data_date
        FROM target t WHERE ${STILL_EXPECTED}
      ) AS last
      CROSS JOIN risk_daily r
      JOIN night n ON n.data_date = r.data_date
      JOIN night newest ON newest.data_date = ${NEWEST_NIGHT}
      WHERE r.target_id = last.id AND r.data_date = last.data_date`,
  ],
  ["category_daily", categoryDaily("snapshot")],
  [
    "severity_daily",
    `SELECT s.data_date, ${targetOn("s.data_date")}, v.category, v.severity, v.severity_raw, v.risk_num, v.affected_num,
        v.affected_unit, v.position AS place
      FROM ${OBSERVED} JOIN severity_risk v ON v.risk_list_id = s.risk_list_id`,
  ],
  [
    "counter_daily",
    `SELECT s.data_date, ${targetOn("s.data_date")}, n.category, n.counter, n.value
      FROM ${OBSERVED} JOIN counter_value n ON n.risk_list_id = s.risk_list_id`,
  ],
  ...RISK_ROLLUPS.map(viewOf),
];
