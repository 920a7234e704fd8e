import { points, rounded, targetOn, type ViewDefinition, wholeSum } from "./fragments.ts";
import { rolledUp, viewOf } from "./rolled-up.ts";

/** The smaller of two numbers that are both known. */
const least = (a: string, b: string) => `CASE WHEN ${a} < ${b} THEN ${a} ELSE ${b} END`;

/** What a row of `actions` is. */
const DO = 0;
const REST = 1;
const OTHER_POLICIES = 2;

/**
 * All that an answer counts and that a rule takes points for, one row for each action: how many there are (`num`), and
 * the points taken by the rule alone, without a cap. Where a count is open, so are its points. Beside them, for each
 * category, the policies without a rule, and the rest: what is left when all that has a rule is dealt with.
 */
const actions = (snapshot: string) => `
            SELECT s.data_date, s.target_id, c.category, ${REST} AS kind, NULL AS action, NULL AS mode,
              NULL AS points_each, NULL AS num, 0 AS raw_points, ${points("c.deduct_score")} AS deduct_score,
              CASE WHEN (SELECT COUNT(d.deduct_score) FROM category_risk d WHERE d.risk_list_id = c.risk_list_id) = 6
                THEN 1 ELSE 0 END AS scored
            FROM ${snapshot} s JOIN category_risk c ON c.risk_list_id = s.risk_list_id
            UNION ALL
            SELECT s.data_date, s.target_id, v.category, ${DO}, r.action, r.mode, r.points,
              ${wholeSum("v.risk_num")}, ${wholeSum("v.risk_num")} * r.points, NULL, NULL
            FROM ${snapshot} s JOIN severity_risk v ON v.risk_list_id = s.risk_list_id
            JOIN scoring_rule r ON r.kind = 'severity' AND r.category = v.category AND r.item = v.severity
            WHERE v.risk_num IS NULL OR v.risk_num > 0
            GROUP BY s.data_date, s.target_id, v.category, r.action, r.mode, r.points
            UNION ALL
            SELECT s.data_date, s.target_id, n.category, ${DO}, r.action, r.mode, r.points, n.value,
              CASE WHEN n.value IS NULL THEN NULL WHEN r.mode = 'once' THEN r.points ELSE n.value * r.points END,
              NULL, NULL
            FROM ${snapshot} s JOIN counter_value n ON n.risk_list_id = s.risk_list_id
            JOIN scoring_rule r ON r.kind = 'counter' AND r.category = n.category AND r.item = n.counter
            WHERE n.value IS NULL OR n.value > 0
            UNION ALL
            SELECT s.data_date, s.target_id, p.category, CASE WHEN r.action IS NULL THEN ${OTHER_POLICIES} ELSE ${DO} END,
              r.action, r.mode, r.points, CASE WHEN r.action IS NULL THEN COUNT(*) ELSE ${wholeSum("p.host_num")} END,
              COALESCE(r.points, 0), NULL, NULL
            FROM ${snapshot} s JOIN policy p ON p.risk_list_id = s.risk_list_id
            LEFT JOIN scoring_rule r ON r.kind = 'policy' AND r.category = p.category
              AND LOWER(p.policy_name) LIKE r.item
            WHERE p.host_num IS NULL OR p.host_num > 0
            GROUP BY s.data_date, s.target_id, p.category, r.action, r.mode, r.points`;

/** What is still taken of `deduct_score` when so many points by the rules are gone. */
const taken = (gone: string) => `(${least("deduct_score", `all_points - ${gone}`)})`;
const REST_POINTS = `COALESCE(deduct_score - ${taken("0")} + ${taken("all_points")}, deduct_score)`;

/**
 * Every action of every category of every answer, with the rests that are 0, and whether the answer has a score.
 * What is below counts these rows. (All windows of a SELECT are cut alike, or SQLite would not ask it for one night.)
 */
export const pointsBackActions = (
  snapshot: string,
) => `SELECT data_date, target_id, category, is_rest, action, action_rank, mode, points_each, num,
        ${rounded("raw_points", 4)} AS raw_points, deduct_score, ${rounded("all_points", 4)} AS all_points, scored,
        ${rounded(
          `CASE WHEN deduct_score IS NULL THEN NULL WHEN is_rest = 1 THEN ${REST_POINTS}
          ELSE ${taken("0")} - ${taken("raw_points")} END`,
          4,
        )} AS points_alone,
        ${rounded(
          `CASE WHEN deduct_score IS NULL THEN NULL WHEN is_rest = 1 THEN ${REST_POINTS}
          ELSE ${taken("(points_so_far - raw_points)")} - ${taken("points_so_far")} END`,
          4,
        )} AS points_back
      FROM (
        SELECT data_date, target_id, category, CASE WHEN kind = ${REST} THEN 1 ELSE 0 END AS is_rest,
          CASE WHEN kind = ${DO} THEN action WHEN others > 0 THEN 'enable_policies' ELSE 'unattributed' END AS action,
          action_rank, mode, points_each, CASE WHEN kind = ${DO} THEN num ELSE others END AS num, raw_points,
          deduct_score, all_points, points_so_far, scored
        FROM (
          SELECT data_date, target_id, category, kind, action, mode, points_each, num, raw_points,
            MAX(deduct_score) OVER whole AS deduct_score, MAX(scored) OVER whole AS scored,
            MAX(CASE WHEN kind = ${OTHER_POLICIES} THEN num END) OVER whole AS others,
            CASE WHEN COUNT(raw_points) OVER whole = COUNT(*) OVER whole THEN SUM(raw_points) OVER whole END
              AS all_points,
            SUM(raw_points) OVER dearest_first AS points_so_far,
            ROW_NUMBER() OVER dearest_first AS action_rank
          FROM (${actions(snapshot)}
          ) AS counted
          WINDOW whole AS (PARTITION BY data_date, target_id, category),
            dearest_first AS (PARTITION BY data_date, target_id, category
              ORDER BY kind, points_each DESC, action ROWS UNBOUNDED PRECEDING)
        ) AS summed WHERE kind <> ${OTHER_POLICIES}
      ) AS told`;

/** A rest that is 0 is none. */
const COUNTED = "CASE WHEN a.is_rest = 0 OR a.points_back <> 0 THEN 1 ELSE 0 END";

/** The same of the portfolio, a few rows a night. */
export const POINTS_BACK_ROLLUPS = [
  rolledUp(
    "portfolio_points_back_daily",
    [
      "data_date",
      "category",
      "action",
      "mode",
      "points_each",
      "scored_targets",
      "targets",
      "blocked_targets",
      "num",
      "points_alone",
      "points_back",
      "rank",
    ],
    ({
      snapshot,
    }) => `SELECT data_date, category, action, mode, points_each, scored_targets, targets, blocked_targets, num,
        points_alone, points_back,
        ROW_NUMBER() OVER (PARTITION BY data_date ORDER BY CASE WHEN action = 'unattributed' THEN 1 ELSE 0 END,
          points_back DESC NULLS LAST, points_alone DESC NULLS LAST, category, action) AS rank
      FROM (
        SELECT data_date, category, action, mode, points_each, scored_targets, targets, blocked_targets, num,
          ${rounded("sum_alone / scored_targets", 4)} AS points_alone,
          ${rounded("sum_back / scored_targets", 4)} AS points_back
        FROM (
          SELECT data_date, category, action, mode, points_each, targets, blocked_targets, sum_alone, sum_back,
            CASE WHEN known = targets THEN num END AS num,
            SUM(rests) OVER (PARTITION BY data_date) / 6 AS scored_targets
          FROM (
            SELECT a.data_date, a.category, a.action, a.mode, a.points_each, ROW_NUMBER() OVER alike AS nth,
              SUM(a.is_rest) OVER alike AS rests,
              SUM(${COUNTED}) OVER alike AS targets,
              SUM(${COUNTED} * CASE WHEN a.points_alone = 0 AND a.deduct_score >= k.cap THEN 1 ELSE 0 END) OVER alike
                AS blocked_targets,
              SUM(${COUNTED} * a.num) OVER alike AS num,
              SUM(CASE WHEN a.num IS NULL THEN 0 ELSE ${COUNTED} END) OVER alike AS known,
              SUM(a.points_alone) OVER alike AS sum_alone, SUM(a.points_back) OVER alike AS sum_back
            FROM (${pointsBackActions(snapshot)}) AS a CROSS JOIN category k
            WHERE a.scored = 1 AND k.category = a.category
            WINDOW alike AS (PARTITION BY a.data_date, a.category, a.action)
          ) AS added WHERE nth = 1
        ) AS counted
      ) AS shared
      WHERE targets > 0`,
    // as large as all other sums together, and no trend is made of it
    "rollup_streak_night",
  ),
];

/** The points that each action could return: an estimate by the deduction rules, held to what was really taken. */
export const POINTS_BACK_VIEWS: readonly ViewDefinition[] = [
  [
    "points_back_daily",
    `SELECT a.data_date, ${targetOn("a.data_date")}, a.category, a.action, a.action_rank, a.mode, a.points_each, a.num, a.raw_points,
        a.deduct_score, k.cap, a.all_points AS category_raw_points, a.points_alone, a.points_back,
        CASE WHEN a.points_alone = 0 AND a.deduct_score >= k.cap THEN 1
          WHEN a.points_alone IS NOT NULL THEN 0 END AS blocked_by_cap
      FROM (${pointsBackActions("snapshot")}) AS a JOIN target t ON t.id = a.target_id JOIN category k ON k.category = a.category
      WHERE ${COUNTED} = 1 OR a.points_back IS NULL`,
  ],
  ...POINTS_BACK_ROLLUPS.map(viewOf),
];
