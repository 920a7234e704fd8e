export { writeAnalystSnapshot } from "./backup/analyst-snapshot.ts";
export { type BackupOptions, backupLedger } from "./backup/backup-ledger.ts";
export { checkFile } from "./backup/check-file.ts";
export { type Restored, restoreLedger } from "./backup/restore-ledger.ts";
export type { RiskListContent } from "./content.ts";
export { type CopiedTableResult, type CopyProgress, copyLedger } from "./copy/copy-ledger.ts";
export {
  CopyError,
  DamagedFileError,
  FileExistsError,
  NoLedgerError,
  QueryError,
  RestoreRefusedError,
  RunOverError,
  UnreadableLedgerError,
  UnwrittenFileError,
} from "./errors.ts";
export { loadNights, type Night, type OfficialScore } from "./load-night.ts";
export { type Ledger, ledgerIsThere, openLedger, openReader, type Reader } from "./open.ts";
export { isPostgresUrl, shownPlace } from "./postgres.ts";
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
export type { LedgerFinding } from "./seal/ledger-finding.ts";
export { type Seal, sealOf } from "./seal/seal-of.ts";
export { verifyLedger } from "./seal/verify-ledger.ts";
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
