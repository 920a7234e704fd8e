import { rounded, type ViewDefinition } from "./fragments.ts";

/** The steps around the categories, in their places: what each adds, and what the two ends are. */
const ENDS = `
          SELECT data_date, previous_date, x.step_order, x.step, real_change, 0 AS is_category,
            CASE x.step WHEN 'coverage' THEN coverage_change WHEN 'scope' THEN scope_change
              WHEN 'not_comparable' THEN CASE WHEN real_change IS NULL THEN score_change END END AS change,
            CASE x.step WHEN 'previous_score' THEN previous_score WHEN 'score' THEN score END AS level
          FROM portfolio_score_change_daily
          CROSS JOIN (SELECT 0 AS step_order, 'previous_score' AS step UNION ALL SELECT 7, 'coverage'
            UNION ALL SELECT 8, 'scope' UNION ALL SELECT 9, 'not_comparable' UNION ALL SELECT 10, 'score') AS x`;

const CATEGORIES = `
          SELECT data_date, previous_date, k.position, k.category, NULL, 1, score_change, NULL
          FROM portfolio_category_change_daily JOIN category k ON k.category = portfolio_category_change_daily.category`;

/**
 * The way from the mean score before to the mean score now, step by step. Six rounded means add up to the real change
 * but for the fourth decimal, which the largest of them takes up: so the steps add up exactly.
 */
export const WATERFALL_VIEWS: readonly ViewDefinition[] = [
  [
    "score_waterfall_daily",
    `SELECT data_date, previous_date, step_order, step,
        CASE WHEN level IS NULL THEN ${rounded("reached - change", 4)} END AS from_score,
        COALESCE(level, ${rounded("reached", 4)}) AS to_score, change
      FROM (
        SELECT data_date, previous_date, step_order, step, level, change,
          SUM(COALESCE(change, CASE WHEN step = 'previous_score' THEN level END)) OVER (
            PARTITION BY data_date ORDER BY step_order ROWS UNBOUNDED PRECEDING) AS reached
        FROM (
          SELECT data_date, previous_date, step_order, step, level,
            ${rounded(
              `change + CASE WHEN is_category = 1 AND largest = 1
              THEN COALESCE(MAX(real_change) OVER night - SUM(is_category * change) OVER night, 0) ELSE 0 END`,
              4,
            )} AS change
          FROM (
            SELECT steps.*, ROW_NUMBER() OVER (
              PARTITION BY data_date ORDER BY is_category DESC, ABS(change) DESC, step_order) AS largest
            FROM (${ENDS}
          UNION ALL${CATEGORIES}
            ) AS steps WHERE change IS NOT NULL OR level IS NOT NULL
          ) AS placed WINDOW night AS (PARTITION BY data_date)
        ) AS settled
      ) AS summed`,
  ],
];
