import { CATEGORY, DATA_DATE, type Entries, OBSERVATION_COLUMNS, RUN_ID, UNIT } from "./entry.ts";

const EXCEPTION = ["The exception's id in the exceptions file."] as const;
const SCOPE = {
  category: CATEGORY,
  severity: ["The only severity of the category that it is about; null where it is not about one."],
  counter: ["The only counter of the category that it is about; null where it is not about one."],
  policy: ["The id or name of the policy that it is about; null where it is not about one."],
} as const;
const NET = "without what exceptions take out, each finding once";

export const EXCEPTION_ENTRIES: Entries<
  "exception_daily" | "exception_target_daily" | "net_daily" | "portfolio_net_daily" | "exception_state_daily"
> = {
  exception_daily: {
    meaning:
      "One row for each exception that counts on a night and each target with an answer that it covers: what it takes out, taken alone.",
    key: ["data_date", "exception", "target_id"],
    of: "risk_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      exception: EXCEPTION,
      ...SCOPE,
      risk_num: [
        "Risks that it is about; 0 of a policy, whose hosts are no risks; null where the answer does not tell.",
        "risks",
      ],
      deduct_score: [
        "The category's points where it is about the category whole, else 0, since the cloud's deduction cannot be divided.",
        "points",
      ],
      host_num: ["Hosts without the policy; null where it is not about a policy.", "hosts"],
    },
  },
  exception_target_daily: {
    meaning:
      "One row for each exception on record on a night and each target that it covers, whether it counts and the target answered or not.",
    key: ["data_date", "exception", "target_id"],
    of: "exception_state_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      exception: EXCEPTION,
      counts: ["1 where it counts on the night, 0 before its first night and after its last."],
      answered: ["1 where the target answered, else 0."],
    },
  },
  net_daily: {
    meaning: "One row for each target and night with an answer: its figures gross, and net of exceptions.",
    key: ["data_date", "target_id"],
    of: "risk_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      unit: UNIT,
      exceptions: ["Exceptions that count and cover the target.", "exceptions"],
      score: ["The score, as in risk_daily.", "points, 0–100"],
      net_score: [
        "The score with the points given back of categories that are excepted whole; null where the score is.",
        "points, 0–100",
      ],
      deducted: ["The points taken, as in risk_daily.", "points, 0–100"],
      net_deducted: [
        "The points taken, but for categories that are excepted whole; null where the points are.",
        "points, 0–100",
      ],
      total_risk_num: ["Risks, as in risk_daily.", "risks"],
      net_total_risk_num: [`Risks ${NET}; null where either is not known.`, "risks"],
      run_id: RUN_ID,
    },
  },
  portfolio_net_daily: {
    meaning:
      "One row for each night with an answer: the portfolio's figures gross, and net of exceptions; the same where none counts.",
    key: ["data_date"],
    of: "portfolio_daily",
    columns: {
      data_date: DATA_DATE,
      exceptions: ["Exceptions that count and cover a target with an answer.", "exceptions"],
      excepted_targets: ["Targets with an answer that one of them covers.", "targets"],
      targets: ["Targets with an answer.", "targets"],
      scored_targets: ["Targets among them whose score is known.", "targets"],
      score: ["The mean score, as in portfolio_daily.", "points, 0–100"],
      net_score: ["The mean net score of the same targets, to one decimal.", "points, 0–100"],
      score_effect: ["The net score less the score.", "points"],
      total_risk_num: ["Risks, as in portfolio_daily.", "risks"],
      net_total_risk_num: [`Risks ${NET}; null where either is not known.`, "risks"],
      risk_num_effect: [
        "The change from risks to net risks: what exceptions take out, each once; null where one of them is not known.",
        "risks",
      ],
    },
  },
  exception_state_daily: {
    meaning:
      "One row for each night and exception on record then, as it was worded: how it stands, whom it covers, and what it takes out.",
    key: ["data_date", "exception"],
    columns: {
      data_date: DATA_DATE,
      exception: EXCEPTION,
      ...SCOPE,
      owner: ["Who answers for it."],
      reason: ["Why it is there."],
      approved_by: ["Who has approved it; null where the file does not tell."],
      valid_from: ["The first night that it counts on.", "YYYY-MM-DD"],
      valid_until: ["The last night that it counts on.", "YYYY-MM-DD"],
      targets_filter: ["The filter on targets, as JSON; null to an audience, since it may name others."],
      state: [
        "`pending` before its first night, `active`, `expiring` on its last night and the 14 before it, `expired` after it.",
      ],
      days_left: ["Days until its last night; negative when that is over.", "days"],
      is_due: ["1 from 14 days before its last night to 14 days after it, else 0."],
      targets: [
        "Targets that it covers, whether they answered or not; 0 is a filter that fits none.",
        "targets",
      ],
      answered: ["Targets among them with an answer.", "targets"],
      risk_num: [
        "Risks that it takes out, taken alone: what two exceptions are about is in both rows; null where it is not known.",
        "risks",
      ],
      deduct_score: [
        "Points of categories that it takes out whole, over its targets, taken alone; null where they are not known.",
        "points",
      ],
    },
  },
};
