import type { Category, Observation, Severity, UnitColumn } from "./columns.ts";

/** Change of a target from the latest earlier night that has snapshots; null where it was not there then. */
export interface RiskChangeDaily extends Observation, UnitColumn {
  /** Null on the first night. */
  previous_date: string | null;
  /** Points. */
  score_change: number | null;
  total_risk_num_change: number | null;
}

/** Change from the night before, over the targets present on both: like for like. */
export interface PortfolioChangeDaily {
  data_date: string;
  /** The latest earlier night that has snapshots; null on the first night. */
  previous_date: string | null;
  /** Targets present, with a known score, on both nights. */
  cohort: number;
  /** Mean score of the cohort now minus then, to one decimal. Points. */
  score_change: number | null;
  /** Sum of the cohort's total_risk_num now minus then. */
  total_risk_num_change: number | null;
}

/** The difference of two nights' mean scores, in three parts that add up to it. */
export interface PortfolioScoreChangeDaily {
  data_date: string;
  previous_date: string | null;
  /** Mean score of all scored targets, then and now, to four decimals. Points, 0–100. */
  previous_score: number | null;
  score: number | null;
  /** score − previous_score. Points. */
  score_change: number | null;
  /** The mean change of the targets scored on both nights. */
  real_change: number | null;
  /** Moved by targets that gave no score on one of the nights, though they were expected. */
  coverage_change: number | null;
  /** Moved by targets that came into the scope or left it. */
  scope_change: number | null;
  cohort: number;
  returned_targets: number;
  missing_targets: number;
  new_targets: number;
  gone_targets: number;
}

/** Which categories the real change comes from. */
export interface PortfolioCategoryChangeDaily {
  data_date: string;
  previous_date: string;
  category: Category;
  /** Targets with a known score on both nights. */
  cohort: number;
  /** Mean of the points given back (+) or taken (−). The six add up to real_change. Points. */
  score_change: number | null;
  total_risk_num_change: number | null;
}

/** Severities against the night before, over the targets whose answer had the category on both nights. */
export interface PortfolioSeverityChangeDaily {
  data_date: string;
  previous_date: string;
  category: Category;
  severity: Severity;
  cohort: number;
  cohort_risk_num: number | null;
  cohort_previous_risk_num: number | null;
  risk_num_change: number | null;
}

/** A target that has a snapshot on both nights, and its place among those that moved. */
export interface MoverDaily extends Observation {
  previous_date: string;
  previous_score: number | null;
  score: number | null;
  score_change: number | null;
  previous_total_risk_num: number | null;
  total_risk_num: number | null;
  total_risk_num_change: number | null;
  /** 1 gained the most points; null where a score is not known. */
  best_rank: number | null;
  /** 1 lost the most points. */
  worst_rank: number | null;
}

/** A step on the way from the mean score before to the mean score now. */
export interface ScoreWaterfallDaily {
  data_date: string;
  previous_date: string | null;
  step_order: number;
  /**
   * `previous_score` and `score` are the ends. Between them what moved it: the real change of each category,
   * `coverage`, `scope`; or `not_comparable`, all of it, where no target is scored on both nights.
   */
  step: Category | "previous_score" | "coverage" | "scope" | "not_comparable" | "score";
  /** Null at the ends. Points, 0–100. */
  from_score: number | null;
  to_score: number;
  /** to_score − from_score; null at the ends. Points. */
  change: number | null;
}
