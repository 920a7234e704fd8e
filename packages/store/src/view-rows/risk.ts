import type { Category, Observation, Severity, UnitColumn } from "./columns.ts";

export interface RiskDaily extends Observation, UnitColumn {
  /** 100 − deducted; null where any of the six deductions is missing. Points, 0–100. */
  score: number | null;
  /** Sum of the six deductions; null where one is missing. Points, 0–100. */
  deducted: number | null;
  total_risk_num: number | null;
  run_id: number;
}

export interface LatestRisk extends RiskDaily {
  /** Nights between this snapshot and the newest night of the ledger; 0 is fresh. */
  age_days: number;
}

export interface CategoryDaily extends Observation, UnitColumn {
  category: Category;
  total_risk_num: number | null;
  /** Points, 0–cap. */
  deduct_score: number | null;
  /** The most this category can take. Points. */
  cap: number;
  /** 1 when deduct_score has reached cap, 0 when not, null when not known. */
  saturated: number | null;
  /** Sum of the severities and counters the answer lists; null when the category was absent. */
  itemized_num: number | null;
  /** total_risk_num − itemized_num. */
  unattributed_num: number | null;
}

export interface SeverityDaily extends Observation {
  category: Category;
  severity: Severity;
  /** The severity as the API wrote it; null where it wrote none. */
  severity_raw: string | null;
  risk_num: number | null;
  affected_num: number | null;
  affected_unit: "host" | "image";
  /** Its place among the severities of its category; from 0 on. */
  place: number;
}

export interface CounterDaily extends Observation {
  category: Category;
  /** The API's field name. */
  counter: string;
  value: number | null;
}

export interface PortfolioDaily {
  data_date: string;
  /** Targets with a snapshot on that night. */
  targets: number;
  /** Targets among them whose score is known: what the mean stands on. */
  scored_targets: number;
  /** Mean score of the scored targets, to one decimal. Points, 0–100. */
  score: number | null;
  /** Mean deduction of the scored targets, to one decimal. Points, 0–100. */
  deducted: number | null;
  /** Sum over the targets; null where one of them is not known. */
  total_risk_num: number | null;
}

/** Portfolio by category: what the "points lost" chart shows. */
export interface PortfolioCategoryDaily {
  data_date: string;
  category: Category;
  cap: number;
  targets: number;
  /** Mean deduction of the targets where it is known, to one decimal. Points, 0–cap. */
  deduct_score: number | null;
  saturated_targets: number;
  total_risk_num: number | null;
  unattributed_num: number | null;
}

/** Portfolio by category and severity. */
export interface PortfolioSeverityDaily {
  data_date: string;
  category: Category;
  severity: Severity;
  risk_num: number | null;
}

/** Portfolio by category and counter. */
export interface PortfolioCounterDaily {
  data_date: string;
  category: Category;
  counter: string;
  value: number | null;
}
