import {
  CATEGORY,
  DATA_DATE,
  type Entries,
  OBSERVATION_COLUMNS,
  PREVIOUS_DATE,
  SEVERITY,
  UNIT,
} from "./entry.ts";

const COHORT = "targets";

export const CHANGE_ENTRIES: Entries<
  | "risk_change_daily"
  | "portfolio_change_daily"
  | "portfolio_score_change_daily"
  | "portfolio_category_change_daily"
  | "portfolio_severity_change_daily"
  | "mover_daily"
> = {
  risk_change_daily: {
    meaning: "One row for each target and night with an answer: its change from the night before.",
    key: ["data_date", "target_id"],
    of: "risk_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      unit: UNIT,
      previous_date: PREVIOUS_DATE,
      score_change: [
        "Score now less score then; null where the target has none on one of the nights.",
        "points",
      ],
      total_risk_num_change: [
        "Risks now less risks then; null where they are not known on one of the nights.",
        "risks",
      ],
    },
  },
  portfolio_change_daily: {
    meaning: "One row for each night with an answer: the change of the targets on both nights.",
    key: ["data_date"],
    of: "portfolio_daily",
    columns: {
      data_date: DATA_DATE,
      previous_date: PREVIOUS_DATE,
      cohort: ["Targets with a known score on both nights.", COHORT],
      score_change: ["Their mean score_change, to one decimal.", "points"],
      total_risk_num_change: ["The sum of total_risk_num_change where it is known.", "risks"],
    },
  },
  portfolio_score_change_daily: {
    meaning:
      "One row for each night with an answer: the mean score's change, in three parts that add up to it (ledger.md says how).",
    key: ["data_date"],
    of: "portfolio_daily",
    columns: {
      data_date: DATA_DATE,
      previous_date: PREVIOUS_DATE,
      previous_score: [
        "The mean score of all that were scored on previous_date, to four decimals.",
        "points, 0–100",
      ],
      score: ["The mean score of all that are scored on this night, to four decimals.", "points, 0–100"],
      score_change: ["score less previous_score.", "points"],
      real_change: ["The part made by the targets scored on both nights: their mean change.", "points"],
      coverage_change: [
        "The part made by targets that were expected on both nights and scored on only one.",
        "points",
      ],
      scope_change: ["The part made by targets that were expected on only one of the nights.", "points"],
      cohort: ["Targets scored on both nights.", COHORT],
      returned_targets: ["Targets scored now, and expected but not scored then.", "targets"],
      missing_targets: ["Targets scored then, and expected but not scored now.", "targets"],
      new_targets: ["Targets scored now and not expected then; on the first night all.", "targets"],
      gone_targets: ["Targets scored then and not expected now.", "targets"],
    },
  },
  portfolio_category_change_daily: {
    meaning: "One row for each night and category: where real_change comes from.",
    key: ["data_date", "category"],
    of: "portfolio_score_change_daily",
    columns: {
      data_date: DATA_DATE,
      previous_date: PREVIOUS_DATE,
      category: CATEGORY,
      cohort: ["Targets with a known score on both nights.", COHORT],
      score_change: [
        "Their mean of the points given back (above 0) or taken (below 0), to four decimals; the six add up to real_change.",
        "points",
      ],
      total_risk_num_change: ["The sum of their risks now less then; null where one is not known.", "risks"],
    },
  },
  portfolio_severity_change_daily: {
    meaning: "One row for each night, category and severity listed on it or on the night before.",
    key: ["data_date", "category", "severity"],
    of: "portfolio_category_daily",
    columns: {
      data_date: DATA_DATE,
      previous_date: PREVIOUS_DATE,
      category: CATEGORY,
      severity: SEVERITY,
      cohort: ["Targets whose answer has the category on both nights.", COHORT],
      cohort_risk_num: [
        "Their risks now; a severity that is not listed counts as none, one without a number makes it null.",
        "risks",
      ],
      cohort_previous_risk_num: ["The same on previous_date.", "risks"],
      risk_num_change: ["Now less then; null where one of them is.", "risks"],
    },
  },
  mover_daily: {
    meaning: "One row for each target with an answer on a night and on the night before.",
    key: ["data_date", "target_id"],
    of: "risk_change_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      previous_date: PREVIOUS_DATE,
      previous_score: ["The score on previous_date.", "points, 0–100"],
      score: ["The score on this night.", "points, 0–100"],
      score_change: ["score less previous_score.", "points"],
      previous_total_risk_num: ["The risks on previous_date.", "risks", "ListSecurityRisk, table 4"],
      total_risk_num: ["The risks on this night.", "risks", "ListSecurityRisk, table 4"],
      total_risk_num_change: ["Risks now less then.", "risks"],
      best_rank: [
        "1 for the most points gained, then the most risks lost; equal ones share a rank, unknown ones have none.",
      ],
      worst_rank: [
        "1 for the most points lost, then the most risks gained; equal ones share a rank, unknown ones have none.",
      ],
    },
  },
};
