import type { Category } from "./columns.ts";
import type { BlindSpot } from "./pressure.ts";
import type { QualityRule } from "./quality.ts";

/** A band of the score. */
export interface ScoreBand {
  band: "strong" | "good" | "fair" | "weak" | "critical";
  /** The least score of it. Points, 0–100. */
  from_score: number;
  /** Where the next begins; 100 of the best. */
  to_score: number;
}

/** Why targets are missing. */
export interface CoverageFailureDaily {
  data_date: string;
  failure_kind: string;
  targets: number;
  /** Missing, with an earlier night to show in their place. */
  carried: number;
  oldest_carried_from: string | null;
  /** Nights that it lies back. */
  oldest_carried_nights: number | null;
}

/** Targets at the cap of a category. */
export interface PortfolioSaturationDaily {
  data_date: string;
  category: Category;
  cap: number;
  targets: number;
  /** Targets among them whose count grew while the points stood still; null where that is known of none. */
  growing_targets: number | null;
  total_risk_num: number | null;
  /** Of those known on both nights. */
  total_risk_num_change: number | null;
  /** The longest of them, over the last 92. */
  nights_saturated: number;
}

/** What nobody looks at, over all targets. */
export interface PortfolioBlindSpotDaily {
  data_date: string;
  category: Category;
  kind: BlindSpot;
  targets: number;
  /** Hosts or images; null where an answer does not say. */
  num: number | null;
}

/** A policy that is off somewhere. */
export interface PortfolioPolicyOffDaily {
  data_date: string;
  category: Category;
  policy_name: string | null;
  os_type: string | null;
  targets: number;
  host_num: number | null;
  host_nights: number | null;
  first_off_since: string;
  last_off_since: string;
}

/** Findings about the answers of a night, by rule. */
export interface QualityRuleDaily {
  data_date: string;
  rule: QualityRule;
  issues: number;
  targets: number;
}

/** How well the cloud's own scores agree; only of nights with `reconcile: score`. */
export interface PortfolioReconciliationDaily {
  data_date: string;
  asked: number;
  compared: number;
  /** By a point or more. */
  differing: number;
  unavailable: number;
  /** Points, without a sign. */
  largest_difference: number | null;
}

/** What a trend has to be read with. */
export interface EventDaily {
  data_date: string;
  kind:
    | "targets_missing"
    | "nothing_fetched"
    | "targets_new"
    | "targets_gone"
    | "policies_off"
    | "scoring_suspected";
  category: Category | null;
  targets: number;
  /** Of policies only. */
  host_num: number | null;
}
