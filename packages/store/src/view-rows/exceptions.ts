import type { Category, Observation, Severity, UnitColumn } from "./columns.ts";

/** What an exception is about. At most one of severity, counter and policy is given; without one it is the category whole. */
export interface ExceptionScope {
  exception: string;
  category: Category;
  severity: Severity | null;
  counter: string | null;
  /** An id or a name. */
  policy: string | null;
}

/** What an exception takes out of a target's figures on a night, taken alone. */
export interface ExceptionDaily extends ExceptionScope, Observation {
  risk_num: number | null;
  /** 0 where it is not about a category whole. */
  deduct_score: number | null;
  /** Of one about a policy. */
  host_num: number | null;
}

/** A target that an exception on record covers on a night. */
export interface ExceptionTargetDaily extends Observation {
  exception: string;
  counts: 0 | 1;
  answered: 0 | 1;
}

/** A target's figures gross and net. */
export interface NetDaily extends Observation, UnitColumn {
  /** That count and cover it. */
  exceptions: number;
  score: number | null;
  net_score: number | null;
  deducted: number | null;
  net_deducted: number | null;
  total_risk_num: number | null;
  net_total_risk_num: number | null;
  run_id: number;
}

/** The portfolio's. */
export interface PortfolioNetDaily {
  data_date: string;
  /** That count and cover a target with an answer. */
  exceptions: number;
  excepted_targets: number;
  targets: number;
  scored_targets: number;
  score: number | null;
  net_score: number | null;
  score_effect: number | null;
  total_risk_num: number | null;
  net_total_risk_num: number | null;
  risk_num_effect: number | null;
}

export type ExceptionState = "pending" | "active" | "expiring" | "expired";

/** An exception as it stands on a night. */
export interface ExceptionStateDaily extends ExceptionScope {
  data_date: string;
  owner: string;
  reason: string;
  approved_by: string | null;
  valid_from: string;
  valid_until: string;
  /** JSON; null to an audience. */
  targets_filter: string | null;
  state: ExceptionState;
  days_left: number;
  is_due: 0 | 1;
  targets: number;
  answered: number;
  risk_num: number | null;
  deduct_score: number | null;
}
