import {
  deductedOf,
  mean,
  points,
  rounded,
  scoreOf,
  targetOn,
  unitOn,
  type ViewDefinition,
  wholeSum,
} from "./fragments.ts";

/** Nights before an exception's last one on which it is said to expire, and after it on which that is still said. */
const DUE_NIGHTS = 14;

/** Whether an exception (`exception_period` as `e`) counts on a night. */
const counts = (date: string) => `e.from_date <= ${date} AND e.to_date > ${date} AND e.valid_until >= ${date}
            AND COALESCE(e.valid_from, e.from_date) <= ${date}`;
/** Whether a target (`exception_target` as `x`) is among those that it covers. */
const covers = (date: string) => `x.from_date <= ${date} AND x.to_date > ${date}`;

/** The exceptions that count and cover a target. */
const countingFor = (targetId: string, date: string) =>
  `exception_target x JOIN exception_period e ON e.id = x.period_id
            WHERE x.target_id = ${targetId} AND ${covers(date)} AND ${counts(date)}`;
/** Whether there is one of them for which `condition` holds. */
const excepted = (targetId: string, date: string, condition = "1 = 1") =>
  `EXISTS (SELECT 1 FROM ${countingFor(targetId, date)} AND ${condition})`;

const IS_WHOLE = "e.severity IS NULL AND e.counter IS NULL AND e.policy IS NULL";

/** A sum that is unknown as soon as one part is, and 0 where there is none. */
const sumOrZero = (expression: string) =>
  `CASE WHEN COUNT(${expression}) = COUNT(*) THEN COALESCE(SUM(${expression}), 0) END`;

/** What the answer itemizes of a category (`c`) under one severity or counter; unknown where it left the category out. */
const severityNum = (condition: string) => `(SELECT ${sumOrZero("v.risk_num")} FROM severity_risk v
            WHERE v.risk_list_id = c.risk_list_id AND v.category = c.category AND ${condition})`;
const counterNum = (condition: string) => `(SELECT ${sumOrZero("n.value")} FROM counter_value n
            WHERE n.risk_list_id = c.risk_list_id AND n.category = c.category AND ${condition})`;
const policyHosts = (condition: string) => `(SELECT ${sumOrZero("y.host_num")} FROM policy y
            WHERE y.risk_list_id = c.risk_list_id AND y.category = c.category AND ${condition})`;
const whereSaid = (sum: string) => `CASE WHEN c.present = 1 THEN ${sum} END`;

/** Each risk of a list that is excepted, once, however many exceptions it is under. */
const exceptedRisks = (targetId: string, date: string, riskListId: string) => {
  const on = (condition: string) => excepted(targetId, date, `e.category = c.category AND ${condition}`);
  return `(SELECT ${wholeSum("taken")} FROM (
          SELECT CASE WHEN ${on(IS_WHOLE)} THEN c.total_risk_num
            WHEN NOT ${on("e.policy IS NULL")} THEN 0
            WHEN c.present = 1 THEN ${severityNum(on("e.severity = v.severity"))} + ${counterNum(on("e.counter = n.counter"))}
            END AS taken
          FROM category_risk c WHERE c.risk_list_id = ${riskListId}) AS parts)`;
};

/** The points of each category that is excepted whole, once. What the cloud takes for a part of one is not known. */
const exceptedPoints = (targetId: string, date: string, riskListId: string) =>
  `(SELECT ${sumOrZero(points("c.deduct_score"))} FROM category_risk c
          WHERE c.risk_list_id = ${riskListId} AND ${excepted(targetId, date, `e.category = c.category AND ${IS_WHOLE}`)})`;

/** Nothing is looked up of a target that no exception covers. */
const ifExcepted = (targetId: string, date: string, expression: string) =>
  `CASE WHEN ${excepted(targetId, date)} THEN ${expression} ELSE 0 END`;

/** The targets with an answer on a night that an exception covers: by the exceptions, which are few. */
const coveredOn = (date: string) => `snapshot s WHERE s.data_date = ${date} AND s.target_id IN (
            SELECT x.target_id FROM exception_period e CROSS JOIN exception_target x
            WHERE x.period_id = e.id AND ${counts(date)} AND ${covers(date)})`;

const portfolioNet = `SELECT data_date, exceptions, excepted_targets, targets, scored_targets, score, net_score,
        ${rounded("net_score - score", 1)} AS score_effect, total_risk_num,
        total_risk_num - excepted_risk_num AS net_total_risk_num, -excepted_risk_num AS risk_num_effect
      FROM (
        SELECT portfolio_daily.data_date, portfolio_daily.targets, portfolio_daily.scored_targets, portfolio_daily.score, portfolio_daily.total_risk_num,
          (SELECT COUNT(*) FROM exception_period e WHERE ${counts("portfolio_daily.data_date")} AND EXISTS (
            SELECT 1 FROM exception_target x JOIN snapshot s ON s.target_id = x.target_id
            WHERE x.period_id = e.id AND ${covers("portfolio_daily.data_date")} AND s.data_date = portfolio_daily.data_date)) AS exceptions,
          (SELECT COUNT(*) FROM ${coveredOn("portfolio_daily.data_date")}) AS excepted_targets,
          CASE WHEN EXISTS (SELECT 1 FROM ${coveredOn("portfolio_daily.data_date")}) THEN (
            SELECT ${mean("net_of_target", 1)} FROM (
              SELECT ${scoreOf("s.risk_list_id")} + ${ifExcepted("s.target_id", "s.data_date", exceptedPoints("s.target_id", "s.data_date", "s.risk_list_id"))} AS net_of_target
              FROM snapshot s WHERE s.data_date = portfolio_daily.data_date) AS each_target)
            ELSE portfolio_daily.score END AS net_score,
          (SELECT ${sumOrZero("taken")} FROM (
            SELECT ${exceptedRisks("s.target_id", "s.data_date", "s.risk_list_id")} AS taken
            FROM ${coveredOn("portfolio_daily.data_date")}) AS each_target) AS excepted_risk_num
        FROM portfolio_daily
      ) AS summed`;

/** Exceptions, and the figures with and without what they take out. */
export const EXCEPTION_VIEWS: readonly ViewDefinition[] = [
  [
    "exception_daily",
    `SELECT s.data_date, e.exception, ${targetOn("s.data_date")}, e.category, e.severity, e.counter, e.policy,
        CASE WHEN e.policy IS NOT NULL THEN 0
          WHEN e.severity IS NOT NULL THEN ${whereSaid(severityNum("v.severity = e.severity"))}
          WHEN e.counter IS NOT NULL THEN ${whereSaid(counterNum("n.counter = e.counter"))}
          ELSE c.total_risk_num END AS risk_num,
        CASE WHEN ${IS_WHOLE} THEN ${points("c.deduct_score")} ELSE 0 END AS deduct_score,
        CASE WHEN e.policy IS NOT NULL
          THEN ${whereSaid(policyHosts("(y.policy_id = e.policy OR y.policy_name = e.policy)"))} END AS host_num
      FROM exception_period e CROSS JOIN exception_target x CROSS JOIN snapshot s CROSS JOIN target t
      CROSS JOIN category_risk c
      WHERE x.period_id = e.id AND s.target_id = x.target_id AND t.id = s.target_id
        AND c.risk_list_id = s.risk_list_id AND c.category = e.category
        AND ${counts("s.data_date")} AND ${covers("s.data_date")}`,
  ],
  [
    "exception_target_daily",
    `SELECT n.data_date, e.exception, ${targetOn("n.data_date")}, CASE WHEN ${counts("n.data_date")} THEN 1 ELSE 0 END AS counts,
        CASE WHEN EXISTS (SELECT 1 FROM snapshot s WHERE s.data_date = n.data_date AND s.target_id = t.id)
          THEN 1 ELSE 0 END AS answered
      FROM exception_period e CROSS JOIN exception_target x CROSS JOIN night n CROSS JOIN target t
      WHERE x.period_id = e.id AND t.id = x.target_id AND n.data_date >= e.from_date AND n.data_date < e.to_date
        AND ${covers("n.data_date")}`,
  ],
  [
    "net_daily",
    `SELECT data_date, target_id, account, region, project_id, project_name, enterprise_project_id, unit, exceptions,
        ${rounded("100 - deducted", 4)} AS score, ${rounded("100 - deducted + taken_points", 4)} AS net_score,
        deducted, ${rounded("deducted - taken_points", 4)} AS net_deducted, total_risk_num,
        total_risk_num - taken_risk_num AS net_total_risk_num, run_id
      FROM (
        SELECT s.data_date, ${targetOn("s.data_date")}, ${unitOn("t.id", "s.data_date")} AS unit, s.run_id, r.total_risk_num,
          ${deductedOf("s.risk_list_id")} AS deducted,
          (SELECT COUNT(*) FROM ${countingFor("s.target_id", "s.data_date")}) AS exceptions,
          ${ifExcepted("s.target_id", "s.data_date", exceptedPoints("s.target_id", "s.data_date", "s.risk_list_id"))} AS taken_points,
          ${ifExcepted("s.target_id", "s.data_date", exceptedRisks("s.target_id", "s.data_date", "s.risk_list_id"))} AS taken_risk_num
        FROM snapshot s JOIN target t ON t.id = s.target_id JOIN risk_list r ON r.id = s.risk_list_id
      ) AS observed`,
  ],
  ["portfolio_net_daily", portfolioNet],
  [
    "exception_state_daily",
    `SELECT data_date, exception, category, severity, counter, policy, owner, reason, approved_by, valid_from, valid_until,
        targets_filter, CASE WHEN days_left < 0 THEN 'expired' WHEN valid_from > data_date THEN 'pending'
          WHEN days_left <= ${DUE_NIGHTS} THEN 'expiring' ELSE 'active' END AS state,
        days_left, CASE WHEN days_left BETWEEN -${DUE_NIGHTS} AND ${DUE_NIGHTS} THEN 1 ELSE 0 END AS is_due,
        targets, answered, risk_num, deduct_score
      FROM (
        SELECT n.data_date, e.exception, e.category, e.severity, e.counter, e.policy, e.owner, e.reason, e.approved_by,
          COALESCE(e.valid_from, e.from_date) AS valid_from, e.valid_until, e.targets_filter,
          e.last_day_number - n.day_number AS days_left,
          (SELECT COUNT(*) FROM exception_target x WHERE x.period_id = e.id AND ${covers("n.data_date")}) AS targets,
          (SELECT COUNT(*) FROM exception_target x JOIN snapshot s ON s.target_id = x.target_id
            WHERE x.period_id = e.id AND ${covers("n.data_date")} AND s.data_date = n.data_date) AS answered,
          (SELECT ${sumOrZero("d.risk_num")} FROM exception_daily d
            WHERE d.data_date = n.data_date AND d.exception = e.exception) AS risk_num,
          (SELECT ${rounded(sumOrZero("d.deduct_score"), 4)} FROM exception_daily d
            WHERE d.data_date = n.data_date AND d.exception = e.exception) AS deduct_score
        FROM exception_period e JOIN night n ON n.data_date >= e.from_date AND n.data_date < e.to_date
      ) AS on_record`,
  ],
];
