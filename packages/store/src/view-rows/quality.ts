import type { Category, Observation, TargetColumns } from "./columns.ts";

/** A target whose raw answer has been the same, byte for byte, for three nights or more. */
export interface FrozenPayloadDaily extends Observation {
  nights_same: number;
  same_since: string;
  other_targets: number;
  /** Others whose answer changed since same_since. */
  other_targets_changed: number;
  suspicious: number;
}

/** Points that moved though nothing that is counted did. */
export interface ScoringSuspicionDaily {
  data_date: string;
  previous_date: string;
  category: Category;
  /** Targets whose counts are known and the same on both nights. */
  cohort: number;
  moved_targets: number;
  moved_share: number;
  suspicious: number;
}

/** The cloud's own score (ShowRiskScore) beside 100 less the deductions; only where `reconcile: score` is set. */
export interface ScoreReconciliationDaily extends Observation {
  score: number | null;
  /** Points, 0–100, a whole number. */
  official_score: number | null;
  /** official_score − score; the cloud's rounding is not documented, so less than 1 means nothing. */
  difference: number | null;
  official_risk_num: number | null;
  official_risk_host_num: number | null;
  /** Why ShowRiskScore gave nothing; null where it did. */
  failure_kind: string | null;
}

/** A field of an answer that is not documented; recorded once, where it was seen first. */
export interface FieldDrift extends TargetColumns {
  /** JSON path; `[]` is any item of a list. */
  field: string;
  first_date: string;
  run_id: number;
}

/** What the text of an answer lost when it was read. */
export type TextRule = "text_not_utf8" | "text_surrogate" | "text_nul" | "key_repeated";

/** What an answer that was loaded departs from. None of them is a reason to drop it. */
export type QualityRule =
  | TextRule
  | "number_out_of_range"
  | "deduction_out_of_range"
  | "float_noise"
  | "figure_absent"
  | "block_absent"
  | "total_mismatch"
  | "listed_beyond_total"
  | "residual_changed"
  | "severity_repeated"
  | "severity_unknown"
  | "list_too_long"
  | "score_mismatch"
  | "score_unavailable"
  | "field_unknown";

/** A finding about an answer. */
export interface QualityIssue extends Observation {
  /** Null where it is about the answer as a whole. */
  category: Category | null;
  rule: QualityRule;
  detail: string;
  /** The place in its list of what it is about; 0 where that is in none. */
  place: number;
}
