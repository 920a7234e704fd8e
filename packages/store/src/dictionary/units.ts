import { CATEGORY, DATA_DATE, type Entries, PREVIOUS_DATE, TARGET_COLUMNS, UNIT } from "./entry.ts";
import { SUM } from "./risk.ts";

export const UNIT_ENTRIES: Entries<
  "unit_target" | "unit_daily" | "unit_category_daily" | "unit_change_daily"
> = {
  unit_target: {
    meaning:
      "One row for each target and time that it belonged to one business unit; a target's rows leave no night out.",
    key: ["target_id", "from_date"],
    columns: {
      ...TARGET_COLUMNS,
      unit: ["The business unit, as it was configured; null is none."],
      from_date: [
        "The first night that counts for it; `0001-01-01` of a target's first, which counts for all nights before.",
        "YYYY-MM-DD",
      ],
      to_date: ["The first night that counts no more; `9999-12-31` while it lasts.", "YYYY-MM-DD"],
    },
  },
  unit_daily: {
    meaning: "One row for each night and business unit that targets were expected of.",
    key: ["data_date", "unit"],
    of: "coverage_daily",
    columns: {
      data_date: DATA_DATE,
      unit: UNIT,
      expected: ["Targets that should have answered.", "targets"],
      fresh: ["Targets that did.", "targets"],
      missing: ["Targets that did not.", "targets"],
      targets: ["Targets with an answer: the same as fresh.", "targets"],
      scored_targets: ["Targets among them whose score is known: what the mean stands on.", "targets"],
      score: ["The mean score of the scored targets, to one decimal.", "points, 0–100"],
      deducted: ["The mean deduction of the scored targets, to one decimal.", "points, 0–100"],
      total_risk_num: [`Risks, ${SUM}`, "risks"],
    },
  },
  unit_category_daily: {
    meaning: "One row for each night, business unit and category.",
    key: ["data_date", "unit", "category"],
    of: "unit_daily",
    columns: {
      data_date: DATA_DATE,
      unit: UNIT,
      category: CATEGORY,
      cap: ["The most the category can take from a target.", "points"],
      targets: ["Targets with an answer.", "targets"],
      deduct_score: ["The mean of the deductions that are known, to one decimal.", "points, 0–cap"],
      saturated_targets: ["Targets at the cap.", "targets"],
      total_risk_num: [`Risks, ${SUM}`, "risks"],
      unattributed_num: [`Risks counted but not listed, ${SUM}`, "risks"],
    },
  },
  unit_change_daily: {
    meaning:
      "One row for each night and business unit with an answer: the change of its targets on both nights; one that came from another unit counts here.",
    key: ["data_date", "unit"],
    of: "unit_daily",
    columns: {
      data_date: DATA_DATE,
      unit: UNIT,
      previous_date: PREVIOUS_DATE,
      cohort: ["Targets with a known score on both nights.", "targets"],
      score_change: ["Their mean score_change, to one decimal.", "points"],
      total_risk_num_change: ["The sum of total_risk_num_change where it is known.", "risks"],
    },
  },
};
