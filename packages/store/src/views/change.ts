import {
  mean,
  missingOn,
  ON_BOTH_NIGHTS,
  onBothNights,
  points,
  previousDate,
  rounded,
  scoreOf,
  targetOn,
  unitOn,
  type ViewDefinition,
  wholeSum,
} from "./fragments.ts";

import { rolledUp, viewOf } from "./rolled-up.ts";
import { CHANGE_SUMS } from "./sums.ts";

/**
 * Every target on every night that has snapshots: its score then and on the night before (null where there is none),
 * and whether it was expected.
 */
const pairedScores = (night: string) => `
          SELECT n.data_date, ${previousDate("n.data_date")} AS previous_date,
            ${scoreOf("a.risk_list_id")} AS score, ${scoreOf("b.risk_list_id")} AS previous_score,
            a.target_id IS NOT NULL OR ${missingOn("t.id", "n.data_date")} AS expected,
            b.target_id IS NOT NULL OR ${missingOn("t.id", previousDate("n.data_date"))} AS expected_before
          FROM ${night} n CROSS JOIN target t
          LEFT JOIN snapshot a ON a.target_id = t.id AND a.data_date = n.data_date
          LEFT JOIN snapshot b ON b.target_id = t.id AND b.data_date = ${previousDate("n.data_date")}
          WHERE EXISTS (SELECT 1 FROM snapshot s WHERE s.data_date = n.data_date)`;

/** The parts of the targets that a night's mean and the mean before stand on: who belongs to each, and its score. */
const PARTS = {
  cohort: ["previous_score IS NOT NULL", "score"],
  returned: ["previous_score IS NULL AND expected_before", "score"],
  new: ["previous_score IS NULL AND NOT expected_before", "score"],
  missing: ["score IS NULL AND expected", "previous_score"],
  gone: ["score IS NULL AND NOT expected", "previous_score"],
} as const;
const countOf = (part: keyof typeof PARTS) => `COUNT(CASE WHEN ${PARTS[part][0]} THEN ${PARTS[part][1]} END)`;
const sumOf = (part: keyof typeof PARTS) =>
  `COALESCE(SUM(CASE WHEN ${PARTS[part][0]} THEN ${PARTS[part][1]} END), 0)`;
/** By how much a part of the targets moves a night's mean away from the cohort's. */
const pull = (part: string, side: "now" | "before") =>
  `(${part}_sum - ${part} * cohort_${side}) / NULLIF(targets_${side}, 0)`;

const riskChangeDaily = (
  snapshot: string,
) => `SELECT a.data_date, ${targetOn("a.data_date")}, ${unitOn("t.id", "a.data_date")} AS unit,
        ${previousDate("a.data_date")} AS previous_date,
        ${rounded(`${scoreOf("a.risk_list_id")} - ${scoreOf("b.risk_list_id")}`, 4)} AS score_change,
        now.total_risk_num - before.total_risk_num AS total_risk_num_change
      FROM ${snapshot} a JOIN target t ON t.id = a.target_id JOIN risk_list now ON now.id = a.risk_list_id
      LEFT JOIN snapshot b ON b.target_id = a.target_id AND b.data_date = ${previousDate("a.data_date")}
      LEFT JOIN risk_list before ON before.id = b.risk_list_id`;

/** The portfolio's change, a few rows a night. */
export const CHANGE_ROLLUPS = [
  rolledUp(
    "portfolio_change_daily",
    ["data_date", "previous_date", "cohort", "score_change", "total_risk_num_change"],
    ({ snapshot }) => `SELECT data_date, previous_date, ${CHANGE_SUMS}
      FROM (${riskChangeDaily(snapshot)}) AS changed GROUP BY data_date, previous_date`,
  ),
  rolledUp(
    "portfolio_score_change_daily",
    [
      "data_date",
      "previous_date",
      "previous_score",
      "score",
      "score_change",
      "real_change",
      "coverage_change",
      "scope_change",
      "cohort",
      "returned_targets",
      "missing_targets",
      "new_targets",
      "gone_targets",
    ],
    ({ night }) => `SELECT data_date, previous_date, previous_score, score,
        ${rounded("score - previous_score", 4)} AS score_change,
        ${rounded("score - previous_score - coverage_change - scope_change", 4)} AS real_change,
        coverage_change, scope_change, cohort, returned_targets, missing_targets, new_targets, gone_targets
      FROM (
        SELECT data_date, previous_date, cohort, returned AS returned_targets, missing AS missing_targets,
          new AS new_targets, gone AS gone_targets,
          ${rounded("mean_before", 4)} AS previous_score, ${rounded("mean_now", 4)} AS score,
          ${rounded(`${pull("returned", "now")} - ${pull("missing", "before")}`, 4)} AS coverage_change,
          ${rounded(`${pull("new", "now")} - ${pull("gone", "before")}`, 4)} AS scope_change
        FROM (
          SELECT data_date, previous_date, ${countOf("cohort")} AS cohort,
            ${countOf("returned")} AS returned, ${countOf("missing")} AS missing,
            ${countOf("new")} AS new, ${countOf("gone")} AS gone,
            ${sumOf("returned")} AS returned_sum, ${sumOf("missing")} AS missing_sum,
            ${sumOf("new")} AS new_sum, ${sumOf("gone")} AS gone_sum,
            COUNT(score) AS targets_now, COUNT(previous_score) AS targets_before,
            AVG(score) AS mean_now, AVG(previous_score) AS mean_before,
            AVG(CASE WHEN previous_score IS NOT NULL THEN score END) AS cohort_now,
            AVG(CASE WHEN score IS NOT NULL THEN previous_score END) AS cohort_before
          FROM (${pairedScores(night)}
          ) AS paired GROUP BY data_date, previous_date
        ) AS summed
      ) AS split`,
  ),
  rolledUp(
    "portfolio_category_change_daily",
    ["data_date", "previous_date", "category", "cohort", "score_change", "total_risk_num_change"],
    ({ snapshot }) => `SELECT a.data_date, b.data_date AS previous_date, now.category, COUNT(*) AS cohort,
        ${mean(`${points("before.deduct_score")} - ${points("now.deduct_score")}`, 4)} AS score_change,
        ${wholeSum("now.total_risk_num - before.total_risk_num")} AS total_risk_num_change
      FROM ${onBothNights(snapshot)}
      JOIN category_risk now ON now.risk_list_id = a.risk_list_id
      JOIN category_risk before ON before.risk_list_id = b.risk_list_id AND before.category = now.category
      WHERE ${scoreOf("a.risk_list_id")} IS NOT NULL AND ${scoreOf("b.risk_list_id")} IS NOT NULL
      GROUP BY a.data_date, b.data_date, now.category`,
  ),
  rolledUp(
    "portfolio_severity_change_daily",
    [
      "data_date",
      "previous_date",
      "category",
      "severity",
      "cohort",
      "cohort_risk_num",
      "cohort_previous_risk_num",
      "risk_num_change",
    ],
    ({ snapshot }) => `SELECT c.data_date, c.previous_date, c.category, v.severity, c.cohort,
        v.risk_num AS cohort_risk_num, v.previous_risk_num AS cohort_previous_risk_num,
        v.risk_num - v.previous_risk_num AS risk_num_change
      FROM (
        SELECT a.data_date, b.data_date AS previous_date, now.category, COUNT(*) AS cohort
        FROM ${onBothNights(snapshot)}
        JOIN category_risk now ON now.risk_list_id = a.risk_list_id AND now.present = 1
        JOIN category_risk before ON before.risk_list_id = b.risk_list_id AND before.category = now.category
          AND before.present = 1
        GROUP BY a.data_date, b.data_date, now.category
      ) AS c
      JOIN (
        SELECT a.data_date, v.category, v.severity,
          ${wholeSum("CASE WHEN v.risk_list_id = a.risk_list_id THEN v.risk_num ELSE 0 END")} AS risk_num,
          ${wholeSum("CASE WHEN v.risk_list_id = b.risk_list_id THEN v.risk_num ELSE 0 END")} AS previous_risk_num
        FROM ${onBothNights(snapshot)}
        JOIN severity_risk v ON v.risk_list_id IN (a.risk_list_id, b.risk_list_id)
        JOIN category_risk now ON now.risk_list_id = a.risk_list_id AND now.category = v.category
          AND now.present = 1
        JOIN category_risk before ON before.risk_list_id = b.risk_list_id AND before.category = v.category
          AND before.present = 1
        GROUP BY a.data_date, v.category, v.severity
      ) AS v ON v.data_date = c.data_date AND v.category = c.category`,
  ),
];

/** What changed from the last earlier night that has snapshots, like for like. */
export const CHANGE_VIEWS: readonly ViewDefinition[] = [
  ["risk_change_daily", riskChangeDaily("snapshot")],
  ...CHANGE_ROLLUPS.map(viewOf),
  [
    "mover_daily",
    `SELECT data_date, target_id, account, region, project_id, project_name, enterprise_project_id,
        previous_date, previous_score, score, ${rounded("score - previous_score", 4)} AS score_change,
        previous_total_risk_num, total_risk_num,
        total_risk_num - previous_total_risk_num AS total_risk_num_change,
        CASE WHEN score IS NOT NULL AND previous_score IS NOT NULL THEN RANK() OVER (
          PARTITION BY data_date ORDER BY score - previous_score DESC NULLS LAST,
            total_risk_num - previous_total_risk_num ASC NULLS LAST) END AS best_rank,
        CASE WHEN score IS NOT NULL AND previous_score IS NOT NULL THEN RANK() OVER (
          PARTITION BY data_date ORDER BY score - previous_score ASC NULLS LAST,
            total_risk_num - previous_total_risk_num DESC NULLS LAST) END AS worst_rank
      FROM (
        SELECT a.data_date, ${targetOn("a.data_date")}, b.data_date AS previous_date,
          ${scoreOf("b.risk_list_id")} AS previous_score, ${scoreOf("a.risk_list_id")} AS score,
          before.total_risk_num AS previous_total_risk_num, now.total_risk_num
        FROM ${ON_BOTH_NIGHTS} JOIN target t ON t.id = a.target_id
        JOIN risk_list now ON now.id = a.risk_list_id JOIN risk_list before ON before.id = b.risk_list_id
      ) AS pair`,
  ],
];
