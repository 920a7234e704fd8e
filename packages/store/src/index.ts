export type { RiskListContent } from "./content.ts";
export {
  NoLedgerError,
  QueryError,
  QueryProcessError,
  QueryRefusedError,
  QueryTimeoutError,
  UnreadableLedgerError,
} from "./errors.ts";
export { loadNights, type Night, type OfficialScore } from "./load-night.ts";
export { type Ledger, openLedger, openReader, type Reader } from "./open.ts";
export {
  finishRun,
  type Gap,
  lastKnownTargets,
  type PlannedTarget,
  planNight,
  recordGap,
  startRun,
  type TargetIdentity,
  type ViewsOnly,
} from "./run.ts";
export { type Discovery, recordScope, type ScopeChanges, type Sighting } from "./scope.ts";
export type {
  Category,
  CategoryDaily,
  CounterDaily,
  CoverageDaily,
  CoverageTargetDaily,
  FieldDrift,
  InventoryLatest,
  InventoryState,
  LatestRisk,
  PolicyDaily,
  PortfolioCategoryDaily,
  PortfolioChangeDaily,
  PortfolioCounterDaily,
  PortfolioDaily,
  PortfolioSeverityDaily,
  QualityIssue,
  QualityRule,
  RiskChangeDaily,
  RiskDaily,
  RunHistory,
  ScopeChange,
  ScopeChangeDaily,
  ScoreReconciliationDaily,
  Severity,
  SeverityDaily,
  Views,
} from "./views.ts";
