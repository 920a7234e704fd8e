/**
 * The public contract of the database: one interface per view, one property per column.
 * `null` always means "not known"; it is never a zero.
 */

/** What names a target in every view. */
interface TargetColumns {
  target_id: number;
  account: string;
  region: string;
  project_id: string;
  project_name: string;
  /** The filter that was sent: an enterprise project id, or `all_granted_eps`. */
  enterprise_project_id: string;
}

interface Observation extends TargetColumns {
  /** `YYYY-MM-DD` in the configured time zone. */
  data_date: string;
}

interface UnitColumn {
  /** The business unit that the target belongs to on that night; null is none. */
  unit: string | null;
}

export type Category = "alarm" | "baseline" | "asset" | "protection" | "vulnerability" | "image";
export type Severity = "critical" | "high" | "medium" | "low" | "unknown";

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
}

export interface CounterDaily extends Observation {
  category: Category;
  /** The API's field name. */
  counter: string;
  value: number | null;
}

export interface PolicyDaily extends Observation {
  category: Category;
  policy_id: string | null;
  policy_name: string | null;
  os_type: string | null;
  host_num: number | null;
  rule_name: string | null;
}

export interface CoverageTargetDaily extends Observation, UnitColumn {
  outcome: "fresh" | "missing";
  /** Why it is missing, from the closed list of failure kinds; null when fresh. */
  failure_kind: string | null;
  /** Calls made for it on that night. */
  attempts: number;
  /** The last good night shown in its place; null when fresh or when there never was one. */
  carried_from: string | null;
  /** The score of that night. Points, 0–100. */
  carried_score: number | null;
  carried_total_risk_num: number | null;
  /** What went wrong, in one sentence; null when fresh. */
  detail: string | null;
  /** The run that gave this outcome. */
  run_id: number;
}

export interface CoverageDaily {
  data_date: string;
  expected: number;
  fresh: number;
  /** Missing, with an earlier night to show in its place. */
  carried: number;
  /** All that is not fresh, carried included. */
  missing: number;
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

/** Which business unit a target belongs to, from when to when. A target's rows leave no night out. */
export interface UnitTarget extends TargetColumns, UnitColumn {
  /** `0001-01-01` of the first: a target's first unit counts for its earlier nights, too. */
  from_date: string;
  /** The first night that counts no more; `9999-12-31` while it lasts. */
  to_date: string;
}

/** A business unit on a night. */
export interface UnitDaily extends PortfolioDaily, UnitColumn {
  expected: number;
  /** The same as `targets`. */
  fresh: number;
  missing: number;
}

/** A business unit by category. */
export interface UnitCategoryDaily extends PortfolioCategoryDaily, UnitColumn {}

/** Change of a business unit, like for like. A target counts for the unit that it is in now. */
export interface UnitChangeDaily extends PortfolioChangeDaily, UnitColumn {}

/** A calendar night. Every day from the first night on record to the last is there. */
export interface NightDaily {
  data_date: string;
  /** Days since 1970-01-01: subtract two of them to count days. */
  day_number: number;
  /** 1 where at least one target has a snapshot of it, else 0. */
  observed: number;
  /** The last earlier night that has snapshots: what "change" is measured from. Null on the first. */
  previous_date: string | null;
  /** Calendar nights between the two that have none. */
  nights_between: number | null;
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

/** A policy that was switched off or on between two successive snapshots of a target. */
export interface PolicyEvent extends Observation {
  /** The target's snapshot before. */
  previous_date: string;
  category: Category;
  event: "off" | "on";
  policy_id: string | null;
  policy_name: string | null;
  os_type: string | null;
  host_num: number | null;
}

/** A policy that is off, and for how long. */
export interface PolicyOffDaily extends Observation {
  category: Category;
  policy_id: string | null;
  policy_name: string | null;
  os_type: string | null;
  host_num: number | null;
  nights_off: number;
  off_since: string;
  nights_unknown: number;
  /** Hosts, summed over the nights counted; null where one is not known. */
  host_nights: number | null;
}

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

/** What an answer that was loaded departs from. None of them is a reason to drop it. */
export type QualityRule =
  | "number_out_of_range"
  | "deduction_out_of_range"
  | "float_noise"
  | "figure_absent"
  | "block_absent"
  | "total_mismatch"
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
}

/** How discovery sees what could be a target. */
export type InventoryState = "expected" | "disabled" | "unknown_region" | "gone";
export type ScopeChange = "new" | "gone" | "left_out";

interface ScopeColumns {
  account: string;
  region: string;
  project_id: string;
  project_name: string;
  enterprise_project_id: string;
}

/** Everything that discovery ever saw, as it stands. */
export interface InventoryLatest extends ScopeColumns {
  state: InventoryState;
  /** The data date on which it came to stand so. */
  since: string;
}

/** What came into the record's scope, left it, or was kept out of it; and why. */
export interface ScopeChangeDaily extends ScopeColumns {
  data_date: string;
  change: ScopeChange;
  /**
   * new: `account_added`, `first_seen`, `listed_again`, `enabled`, `region_known`; gone: `not_listed` (deleted, or the
   * user lost access), `disabled`, `unknown_region`, `not_configured`, `account_removed`; left_out: `disabled`,
   * `unknown_region`.
   */
  reason: string;
  run_id: number;
}

/** What a run was for: fetching, reading stored answers again, or packing old ones. */
export type RunKind = "ingest" | "replay" | "compact";

/** One execution of ingest, of a night's replay, or of compact. */
export interface RunHistory {
  run_id: number;
  kind: RunKind;
  /** The night that was recorded or read again; of a compaction the day on which it ran. */
  data_date: string;
  /** ISO 8601, UTC. */
  started_at: string;
  /** Null while it runs, and for ever when it was interrupted. */
  finished_at: string | null;
  status: "running" | "complete" | "partial" | "failed" | "interrupted";
  /** Targets it had to give an outcome; of a replay the answers it read, of a compaction the payloads to pack. */
  expected: number | null;
  /** Targets that an earlier run of the same date had fetched; of a replay the answers it reads as before. */
  already_fresh: number | null;
  /** Targets fetched; of a replay the answers it reads otherwise or admits, of a compaction the payloads packed. */
  fetched: number | null;
  /** Targets missing; of a replay the answers it cannot read, of a compaction the payloads left for another. */
  missing: number | null;
  /** Why it failed; null when it did not. */
  problem: string | null;
}

/** A figure that a replay reads otherwise than before. */
export interface RevisionDaily extends Observation {
  /** The replay. */
  run_id: number;
  /** Null where the figure is of the answer as a whole. */
  category: Category | null;
  /**
   * `score`, `deducted`, `total_risk_num`; of a category `deduct_score`, `total_risk_num`, `policies` (how many it
   * names), `critical risk_num`, `critical affected_num` and so on, or a counter by its name.
   */
  figure: string;
  /** Null where it was not known, or the answer was in quarantine. */
  before: number | null;
  after: number | null;
}

/** How raw answers are kept. */
export interface PayloadStorage {
  /** `deflated`, each by itself, or `packed`, many in a block. */
  form: "deflated" | "packed";
  payloads: number;
  /** Compressed. Bytes, indexes and empty space left out. */
  stored_bytes: number;
}

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

export interface Views {
  run_history: RunHistory;
  risk_daily: RiskDaily;
  latest_risk: LatestRisk;
  category_daily: CategoryDaily;
  severity_daily: SeverityDaily;
  counter_daily: CounterDaily;
  policy_daily: PolicyDaily;
  coverage_target_daily: CoverageTargetDaily;
  night_daily: NightDaily;
  coverage_daily: CoverageDaily;
  portfolio_daily: PortfolioDaily;
  portfolio_category_daily: PortfolioCategoryDaily;
  portfolio_severity_daily: PortfolioSeverityDaily;
  portfolio_counter_daily: PortfolioCounterDaily;
  risk_change_daily: RiskChangeDaily;
  portfolio_change_daily: PortfolioChangeDaily;
  unit_target: UnitTarget;
  unit_daily: UnitDaily;
  unit_category_daily: UnitCategoryDaily;
  unit_change_daily: UnitChangeDaily;
  portfolio_score_change_daily: PortfolioScoreChangeDaily;
  portfolio_category_change_daily: PortfolioCategoryChangeDaily;
  portfolio_severity_change_daily: PortfolioSeverityChangeDaily;
  mover_daily: MoverDaily;
  saturation_pressure_daily: SaturationPressureDaily;
  blind_spot_daily: BlindSpotDaily;
  unprotected_daily: UnprotectedDaily;
  policy_event: PolicyEvent;
  policy_off_daily: PolicyOffDaily;
  frozen_payload_daily: FrozenPayloadDaily;
  scoring_suspicion_daily: ScoringSuspicionDaily;
  score_reconciliation_daily: ScoreReconciliationDaily;
  field_drift: FieldDrift;
  quality_issue: QualityIssue;
  inventory_latest: InventoryLatest;
  scope_change_daily: ScopeChangeDaily;
  revision_daily: RevisionDaily;
  payload_storage: PayloadStorage;
  score_band: ScoreBand;
  coverage_failure_daily: CoverageFailureDaily;
  portfolio_saturation_daily: PortfolioSaturationDaily;
  portfolio_blind_spot_daily: PortfolioBlindSpotDaily;
  portfolio_policy_off_daily: PortfolioPolicyOffDaily;
  quality_rule_daily: QualityRuleDaily;
  portfolio_reconciliation_daily: PortfolioReconciliationDaily;
  event_daily: EventDaily;
}
