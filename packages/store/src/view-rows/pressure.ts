import type { Category, Observation } from "./columns.ts";

/** A category at its cap: the score stands still, whatever the counts do. */
export interface SaturationPressureDaily extends Observation {
  category: Category;
  deduct_score: number;
  cap: number;
  total_risk_num: number | null;
  previous_date: string | null;
  previous_total_risk_num: number | null;
  total_risk_num_change: number | null;
  /** 1 where the count grew while the points stood still, 0 where not, null where one of them is not known. */
  grows_unseen: number | null;
  /** Nights on record in a row, over the last 92. */
  nights_saturated: number;
  saturated_since: string;
  /** Nights since then that say nothing. */
  nights_unknown: number;
}

export type BlindSpot =
  | "hosts_not_scanned"
  | "hosts_not_checked"
  | "images_not_scanned"
  | "hosts_unprotected"
  | "block_absent"
  | "never_scanned";

/** What nobody looks at. */
export interface BlindSpotDaily extends Observation {
  category: Category;
  kind: BlindSpot;
  /** Hosts or images; null where the answer does not say. */
  num: number | null;
}

/** A target with unprotected hosts. */
export interface UnprotectedDaily extends Observation {
  host_num: number;
  nights_unprotected: number;
  unprotected_since: string;
  nights_unknown: number;
  /** Unprotected hosts, summed over the nights counted. */
  host_nights: number;
}
