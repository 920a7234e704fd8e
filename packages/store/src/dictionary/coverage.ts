import { DATA_DATE, type Entries, OBSERVATION_COLUMNS, PREVIOUS_DATE, UNIT } from "./entry.ts";

export const COVERAGE_ENTRIES: Entries<
  "run_history" | "night_daily" | "coverage_target_daily" | "coverage_account_daily" | "coverage_daily"
> = {
  run_history: {
    meaning: "One row for each run.",
    key: ["run_id"],
    of: "night_daily",
    columns: {
      run_id: ["The run's number; later runs have greater ones."],
      kind: [
        "What it was for: `ingest`, `replay`, `compact`, whose counts are payloads instead of targets, or `accept`: the ledger was gone on with although it contradicted what was made from it.",
      ],
      data_date: ["The night that it recorded.", "YYYY-MM-DD"],
      started_at: ["When it began.", "ISO 8601, UTC"],
      finished_at: [
        "When it ended; null while it runs, and for ever where it was interrupted.",
        "ISO 8601, UTC",
      ],
      status: ["`running`, `complete`, `partial`, `failed` or `interrupted`."],
      expected: ["Targets that it had to give an outcome.", "targets"],
      already_fresh: ["Targets that an earlier run of the night had fetched.", "targets"],
      fetched: ["Targets that it fetched.", "targets"],
      missing: ["Targets that it could not fetch.", "targets"],
      problem: [
        "Why it failed, in one sentence; of `accept` the reason, and what was contradicted. Null where there is nothing to say.",
      ],
      retracted: [
        "1 where its night was taken out of every figure as a whole after it (retraction_history), else 0.",
      ],
    },
  },
  night_daily: {
    meaning:
      "One row for each calendar day from the first night on record to the last, with or without a run.",
    key: ["data_date"],
    columns: {
      data_date: DATA_DATE,
      day_number: ["Its number: subtract two to count the days between.", "days since 1970-01-01"],
      observed: ["1 where a target has an answer, else 0."],
      previous_date: PREVIOUS_DATE,
      nights_between: [
        "Calendar nights between previous_date and this one, none of which has an answer.",
        "nights",
      ],
    },
  },
  coverage_target_daily: {
    meaning:
      "One row for each target and night that it was expected on: its outcome. An account that could not be discovered yet is one row, whose region and project are `*`.",
    key: ["data_date", "target_id"],
    of: "coverage_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      unit: UNIT,
      outcome: ["`fresh` or `missing`."],
      failure_kind: ["Why it is missing, from the closed list in failure-kinds.md; null where fresh."],
      attempts: ["Calls made for it on that night.", "calls"],
      carried_from: [
        "The last good night, shown in its place; null where fresh, or where there never was one.",
        "YYYY-MM-DD",
      ],
      carried_score: ["The score of that night.", "points, 0–100"],
      carried_total_risk_num: ["The risks of that night.", "risks", "ListSecurityRisk, table 4"],
      detail: ["What went wrong, in one sentence; null where fresh."],
      run_id: ["The run that gave this outcome."],
    },
  },
  coverage_account_daily: {
    meaning: "One row for each account and night that something of it was expected on.",
    key: ["data_date", "account"],
    of: "coverage_daily",
    columns: {
      data_date: DATA_DATE,
      account: ["The account's name in the configuration."],
      expected: [
        "Targets that should have answered; null where nobody knows, since the account could not be discovered yet, or not whole.",
        "targets",
      ],
      fresh: ["Targets that did.", "targets"],
      missing: ["Targets that did not; what is not known of the account counts as one.", "targets"],
      failure_kind: ["Why it is not known how many are expected, from failure-kinds.md; null where it is."],
      detail: ["The same in one sentence; null where it is known."],
    },
  },
  coverage_daily: {
    meaning: "One row for each night that targets were expected on.",
    key: ["data_date"],
    of: "night_daily",
    columns: {
      data_date: DATA_DATE,
      expected: [
        "Targets that should have answered; an account that could not be discovered yet counts as one (coverage_account_daily).",
        "targets",
      ],
      fresh: ["Targets that did.", "targets"],
      carried: ["Missing ones that have an earlier night to show in their place.", "targets"],
      missing: ["Targets that did not, carried ones included.", "targets"],
    },
  },
};
