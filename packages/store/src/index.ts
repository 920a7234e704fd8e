export type { RiskListContent } from "./content.ts";
export { DICTIONARY, type DictionaryColumn, type DictionaryView } from "./dictionary.ts";
export { dictionaryMarkdown } from "./dictionary-markdown.ts";
export { NoLedgerError, QueryError, UnreadableLedgerError } from "./errors.ts";
export { loadNights, type Night, type OfficialScore } from "./load-night.ts";
export { type Ledger, openLedger, openReader, type Reader } from "./open.ts";
export { type Cell, type QueryRows, queryLedger } from "./query.ts";
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
  BlindSpot,
  BlindSpotDaily,
  Category,
  CategoryDaily,
  CounterDaily,
  CoverageDaily,
  CoverageTargetDaily,
  FieldDrift,
  FrozenPayloadDaily,
  InventoryLatest,
  InventoryState,
  LatestRisk,
  MoverDaily,
  NightDaily,
  PolicyDaily,
  PolicyEvent,
  PolicyOffDaily,
  PortfolioCategoryChangeDaily,
  PortfolioCategoryDaily,
  PortfolioChangeDaily,
  PortfolioCounterDaily,
  PortfolioDaily,
  PortfolioScoreChangeDaily,
  PortfolioSeverityChangeDaily,
  PortfolioSeverityDaily,
  QualityIssue,
  QualityRule,
  RiskChangeDaily,
  RiskDaily,
  RunHistory,
  SaturationPressureDaily,
  ScopeChange,
  ScopeChangeDaily,
  ScoreReconciliationDaily,
  ScoringSuspicionDaily,
  Severity,
  SeverityDaily,
  UnprotectedDaily,
  Views,
} from "./views.ts";
