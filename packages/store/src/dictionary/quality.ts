import {
  CATEGORY,
  DATA_DATE,
  type Entries,
  OBSERVATION_COLUMNS,
  PREVIOUS_DATE,
  TARGET_COLUMNS,
} from "./entry.ts";

export const QUALITY_ENTRIES: Entries<
  | "score_reconciliation_daily"
  | "field_drift"
  | "quality_issue"
  | "frozen_payload_daily"
  | "scoring_suspicion_daily"
> = {
  score_reconciliation_daily: {
    meaning:
      "One row for each target and night that the cloud's own score was asked for (`reconcile: score`).",
    key: ["data_date", "target_id"],
    of: "risk_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      score: ["100 less the six deductions.", "points, 0–100"],
      official_score: ["The cloud's own score, a whole number.", "points, 0–100", "ShowRiskScore"],
      difference: ["official_score less score; below 1 it is rounding.", "points"],
      official_risk_num: ["The cloud's own number of risks.", "risks", "ShowRiskScore"],
      official_risk_host_num: ["The cloud's own number of hosts with risks.", "hosts", "ShowRiskScore"],
      failure_kind: ["Why it gave nothing; null where it did."],
    },
  },
  field_drift: {
    meaning: "One row for each field of an answer that is not documented.",
    key: ["field"],
    columns: {
      field: ["Its JSON path; `[]` is any item of a list."],
      first_date: ["The night it was first seen on.", "YYYY-MM-DD"],
      ...TARGET_COLUMNS,
      run_id: ["The run that first saw it."],
    },
  },
  quality_issue: {
    meaning:
      "One row for each thing that an answer departs from; nothing that came is changed or dropped for it.",
    key: ["data_date", "target_id", "category", "rule", "detail", "place"],
    of: "risk_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      category: ["The category; null where it is about the answer as a whole."],
      rule: ["The rule, from the list in ledger.md."],
      detail: ["What came, in a few words."],
      place: [
        "Where it is about an entry of a list, that entry's place in severity_daily or policy_daily; about the text, its place among such findings; else 0.",
      ],
    },
  },
  frozen_payload_daily: {
    meaning:
      "One row for each target and night whose raw answer is byte for byte the same for three nights or more.",
    key: ["data_date", "target_id"],
    of: "risk_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      nights_same: ["Nights in a row with this answer, this one included, of the last 92.", "nights"],
      same_since: ["The first of them.", "YYYY-MM-DD"],
      other_targets: ["Other targets with an answer on this night.", "targets"],
      other_targets_changed: ["Those among them whose answer changed in that time.", "targets"],
      suspicious: ["1 where nine in ten of the others changed, else 0."],
    },
  },
  scoring_suspicion_daily: {
    meaning: "One row for each night and category: do points move though no count does?",
    key: ["data_date", "category"],
    of: "portfolio_category_daily",
    columns: {
      data_date: DATA_DATE,
      previous_date: PREVIOUS_DATE,
      category: CATEGORY,
      cohort: [
        "Targets whose deduction is known on both nights, and whose counts are all known and the same.",
        "targets",
      ],
      moved_targets: ["Those among them whose deduction changed.", "targets"],
      moved_share: ["moved_targets in cohort, to four decimals.", "0–1"],
      suspicious: ["1 where three targets or more, and a fifth of the cohort, moved; else 0."],
    },
  },
};
