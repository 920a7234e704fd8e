import { CATEGORY, DATA_DATE, type Entries, OBSERVATION_COLUMNS, RUN_ID, SEVERITY, UNIT } from "./entry.ts";

const SCORE = ["100 less the six deductions; null where one is missing.", "points, 0–100"] as const;
const DEDUCTED = ["The sum of the six deductions; null where one is missing.", "points, 0–100"] as const;
const TOTAL = ["All risks, as the answer's own total says.", "risks", "ListSecurityRisk, table 4"] as const;
/** What a sum over targets is. */
export const SUM = "summed over the targets; null where one of them is not known.";

export const RISK_ENTRIES: Entries<
  | "risk_daily"
  | "latest_risk"
  | "category_daily"
  | "severity_daily"
  | "counter_daily"
  | "portfolio_daily"
  | "portfolio_category_daily"
  | "portfolio_severity_daily"
  | "portfolio_counter_daily"
> = {
  risk_daily: {
    meaning: "One row for each target and night with an answer.",
    key: ["data_date", "target_id"],
    of: "coverage_target_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      unit: UNIT,
      score: SCORE,
      deducted: DEDUCTED,
      total_risk_num: TOTAL,
      run_id: RUN_ID,
    },
  },
  latest_risk: {
    meaning:
      "One row for each target that is still expected: its newest answer. One that discovery does not list any more, or leaves out, has no row.",
    key: ["data_date", "target_id"],
    of: "risk_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      unit: UNIT,
      score: SCORE,
      deducted: DEDUCTED,
      total_risk_num: TOTAL,
      run_id: RUN_ID,
      age_days: ["Nights from this answer to the newest night of the ledger; 0 is fresh.", "nights"],
    },
  },
  category_daily: {
    meaning: "One row for each of the six categories of an answer, absent ones included.",
    key: ["data_date", "target_id", "category"],
    of: "risk_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      unit: UNIT,
      category: CATEGORY,
      total_risk_num: [
        "The category's risks, as its own total says.",
        "risks",
        "ListSecurityRisk, tables 5–7, 9, 10 and 12",
      ],
      deduct_score: [
        "The points it takes, without float noise below 0.00001.",
        "points, 0–cap",
        "ListSecurityRisk, tables 5–7, 9, 10 and 12",
      ],
      cap: ["The most it can take.", "points"],
      saturated: ["1 where deduct_score has reached cap, 0 where not, null where it is not known."],
      itemized_num: [
        "The sum of the severities and counters that the answer lists; null where the category or one of them is not known.",
        "risks",
      ],
      unattributed_num: ["total_risk_num less itemized_num: counted, but not listed.", "risks"],
    },
  },
  severity_daily: {
    meaning:
      "One row for each entry of a category's list of severities; a severity that it names twice has two rows.",
    key: ["data_date", "target_id", "category", "place"],
    of: "category_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      category: CATEGORY,
      severity: SEVERITY,
      severity_raw: [
        "The severity as the answer words it; null where it names none.",
        null,
        "ListSecurityRisk, tables 11 and 13",
      ],
      risk_num: [
        "Risks of this severity; for images the images that have them.",
        "risks",
        "ListSecurityRisk, tables 11 and 13",
      ],
      affected_num: [
        "Hosts or images that have them.",
        "hosts or images",
        "ListSecurityRisk, tables 11 and 13",
      ],
      affected_unit: ["`host` or `image`: what affected_num counts."],
      place: [
        "Its place among the severities of its category, from 0 on: a list may name one more than once. It says nothing of the order in the answer.",
      ],
    },
  },
  counter_daily: {
    meaning: "One row for each number that an answer gives beside the severities.",
    key: ["data_date", "target_id", "category", "counter"],
    of: "category_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      category: CATEGORY,
      counter: [
        "The number's name in the answer, such as `un_scanned_host_num`.",
        null,
        "ListSecurityRisk, tables 6, 7, 9, 10 and 12",
      ],
      value: [
        "The number; null where the answer leaves it open.",
        "hosts or images",
        "ListSecurityRisk, tables 6, 7, 9, 10 and 12",
      ],
    },
  },
  portfolio_daily: {
    meaning: "One row for each night with an answer: all targets together.",
    key: ["data_date"],
    of: "night_daily",
    columns: {
      data_date: DATA_DATE,
      targets: ["Targets with an answer.", "targets"],
      scored_targets: ["Targets among them whose score is known: what the mean stands on.", "targets"],
      score: ["The mean score of the scored targets, to one decimal.", "points, 0–100"],
      deducted: ["The mean deduction of the scored targets, to one decimal.", "points, 0–100"],
      total_risk_num: [`Risks, ${SUM}`, "risks"],
    },
  },
  portfolio_category_daily: {
    meaning: "One row for each night and category: all targets together.",
    key: ["data_date", "category"],
    of: "portfolio_daily",
    columns: {
      data_date: DATA_DATE,
      category: CATEGORY,
      cap: ["The most the category can take from a target.", "points"],
      targets: ["Targets with an answer.", "targets"],
      deduct_score: ["The mean of the deductions that are known, to one decimal.", "points, 0–cap"],
      saturated_targets: ["Targets at the cap.", "targets"],
      total_risk_num: [`Risks, ${SUM}`, "risks"],
      unattributed_num: [`Risks counted but not listed, ${SUM}`, "risks"],
    },
  },
  portfolio_severity_daily: {
    meaning: "One row for each night, category and severity that an answer lists.",
    key: ["data_date", "category", "severity"],
    of: "portfolio_category_daily",
    columns: {
      data_date: DATA_DATE,
      category: CATEGORY,
      severity: SEVERITY,
      risk_num: [`Risks, ${SUM}`, "risks"],
    },
  },
  portfolio_counter_daily: {
    meaning: "One row for each night, category and counter.",
    key: ["data_date", "category", "counter"],
    of: "portfolio_category_daily",
    columns: {
      data_date: DATA_DATE,
      category: CATEGORY,
      counter: ["The number's name in the answer."],
      value: [`The number, ${SUM}`, "hosts or images"],
    },
  },
};
