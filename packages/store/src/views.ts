import type {
  MoverDaily,
  PortfolioCategoryChangeDaily,
  PortfolioChangeDaily,
  PortfolioScoreChangeDaily,
  PortfolioSeverityChangeDaily,
  RiskChangeDaily,
  ScoreWaterfallDaily,
} from "./view-rows/change.ts";
import type {
  CoverageAccountDaily,
  CoverageDaily,
  CoverageTargetDaily,
  NightDaily,
  RunHistory,
} from "./view-rows/coverage.ts";
import type { DeliveryDaily, DeliveryEvent, DeliveryHistory } from "./view-rows/deliveries.ts";
import type { EvidenceDaily } from "./view-rows/evidence.ts";
import type {
  ExceptionDaily,
  ExceptionStateDaily,
  ExceptionTargetDaily,
  NetDaily,
  PortfolioNetDaily,
} from "./view-rows/exceptions.ts";
import type { HeadlineDaily } from "./view-rows/headline.ts";
import type { PayloadStorage, RevisionDaily } from "./view-rows/history.ts";
import type { PointsBackDaily, PortfolioPointsBackDaily } from "./view-rows/points-back.ts";
import type { PolicyDaily, PolicyEvent, PolicyOffDaily } from "./view-rows/policies.ts";
import type { BlindSpotDaily, SaturationPressureDaily, UnprotectedDaily } from "./view-rows/pressure.ts";
import type {
  FieldDrift,
  FrozenPayloadDaily,
  QualityIssue,
  ScoreReconciliationDaily,
  ScoringSuspicionDaily,
} from "./view-rows/quality.ts";
import type { RetractionHistory } from "./view-rows/retractions.ts";
import type {
  CategoryDaily,
  CounterDaily,
  LatestRisk,
  PortfolioCategoryDaily,
  PortfolioCounterDaily,
  PortfolioDaily,
  PortfolioSeverityDaily,
  RiskDaily,
  SeverityDaily,
} from "./view-rows/risk.ts";
import type {
  RunFailure,
  RunMinuteRow,
  RunSlowTarget,
  RunStatisticsRow,
} from "./view-rows/run-statistics.ts";
import type { InventoryLatest, ScopeChangeDaily, TargetLabel } from "./view-rows/scope.ts";
import type {
  CoverageFailureDaily,
  EventDaily,
  PortfolioBlindSpotDaily,
  PortfolioPolicyOffDaily,
  PortfolioReconciliationDaily,
  PortfolioSaturationDaily,
  QualityRuleDaily,
  ScoreBand,
} from "./view-rows/summary.ts";
import type { UnitCategoryDaily, UnitChangeDaily, UnitDaily, UnitTarget } from "./view-rows/units.ts";

export type * from "./view-rows/change.ts";
export type * from "./view-rows/columns.ts";
export type * from "./view-rows/coverage.ts";
export type * from "./view-rows/deliveries.ts";
export type * from "./view-rows/evidence.ts";
export type * from "./view-rows/exceptions.ts";
export type * from "./view-rows/headline.ts";
export type * from "./view-rows/history.ts";
export type * from "./view-rows/points-back.ts";
export type * from "./view-rows/policies.ts";
export type * from "./view-rows/pressure.ts";
export type * from "./view-rows/quality.ts";
export type * from "./view-rows/retractions.ts";
export type * from "./view-rows/risk.ts";
export type * from "./view-rows/run-statistics.ts";
export type * from "./view-rows/scope.ts";
export type * from "./view-rows/summary.ts";
export type * from "./view-rows/units.ts";

/**
 * The public contract of the database: one interface per view, one property per column.
 * `null` always means "not known"; it is never a zero.
 */
export interface Views {
  run_history: RunHistory;
  risk_daily: RiskDaily;
  latest_risk: LatestRisk;
  category_daily: CategoryDaily;
  severity_daily: SeverityDaily;
  counter_daily: CounterDaily;
  policy_daily: PolicyDaily;
  coverage_target_daily: CoverageTargetDaily;
  coverage_account_daily: CoverageAccountDaily;
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
  target_label: TargetLabel;
  retraction_history: RetractionHistory;
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
  points_back_daily: PointsBackDaily;
  portfolio_points_back_daily: PortfolioPointsBackDaily;
  evidence_daily: EvidenceDaily;
  score_waterfall_daily: ScoreWaterfallDaily;
  headline_daily: HeadlineDaily;
  delivery_history: DeliveryHistory;
  delivery_event_history: DeliveryEvent;
  delivery_daily: DeliveryDaily;
  exception_daily: ExceptionDaily;
  exception_target_daily: ExceptionTargetDaily;
  net_daily: NetDaily;
  portfolio_net_daily: PortfolioNetDaily;
  exception_state_daily: ExceptionStateDaily;
  run_statistics: RunStatisticsRow;
  run_minute: RunMinuteRow;
  run_slow_target: RunSlowTarget;
  run_failure: RunFailure;
}
