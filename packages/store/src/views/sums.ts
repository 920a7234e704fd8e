import { mean, wholeSum } from "./fragments.ts";

/** What several targets come to: of all together, and of each business unit. Each figure is defined here alone. */

/** Of rows like `risk_daily`'s; `answered` is a column that is null in rows without an answer. */
export const riskSums = (answered = "*") => `COUNT(${answered}) AS targets, COUNT(score) AS scored_targets,
        ${mean("score", 1)} AS score, ${mean("deducted", 1)} AS deducted,
        ${wholeSum("total_risk_num", answered)} AS total_risk_num`;

/** Of `category_daily`'s. */
export const CATEGORY_SUMS = `COUNT(*) AS targets, ${mean("deduct_score", 1)} AS deduct_score,
        COALESCE(SUM(saturated), 0) AS saturated_targets, ${wholeSum("total_risk_num")} AS total_risk_num,
        ${wholeSum("unattributed_num")} AS unattributed_num`;

/** Of `risk_change_daily`'s. */
export const CHANGE_SUMS = `COUNT(score_change) AS cohort, ${mean("score_change", 1)} AS score_change,
        SUM(total_risk_num_change) AS total_risk_num_change`;
