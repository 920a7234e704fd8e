export { type GrantResult, grantReader, grantScript, type ReaderGrant } from "./access/grant-reader.ts";
export { inspectLogin, type LoginInspection } from "./access/inspect-login.ts";
export type { ReaderKind } from "./access/reader-role.ts";
export type { AudienceFilter } from "./audience/audience-filter.ts";
export {
  openScopedReader,
  type ScopedReader,
  type ScopedReaderOptions,
} from "./audience/open-scoped-reader.ts";
export { writeAnalystSnapshot } from "./backup/analyst-snapshot.ts";
export { type BackupOptions, backupLedger } from "./backup/backup-ledger.ts";
export { checkFile } from "./backup/check-file.ts";
export { type Restored, restoreLedger } from "./backup/restore-ledger.ts";
export { type Compaction, type CompactJob, compactPayloads } from "./compact-payloads.ts";
export { contentHash, type RiskListContent } from "./content.ts";
export { type CopiedTableResult, type CopyProgress, copyLedger } from "./copy/copy-ledger.ts";
export { latestContents } from "./deliveries/contents.ts";
export { type DueDelivery, dueDeliveries, nextTryAt } from "./deliveries/due.ts";
export { enqueueDeliveries, type NewDelivery } from "./deliveries/enqueue.ts";
export { markLostDeliveries } from "./deliveries/mark-lost.ts";
export { type Resolution, resolveDelivery } from "./deliveries/resolve.ts";
export { type Settlement, settleDelivery } from "./deliveries/settle.ts";
export { supersedeDeliveries } from "./deliveries/supersede.ts";
export { DICTIONARY, type DictionaryColumn, type DictionaryView } from "./dictionary.ts";
export { dictionaryMarkdown } from "./dictionary-markdown.ts";
export { diskFullOr } from "./disk-full-or.ts";
export {
  CopyError,
  DamagedFileError,
  DamagedPayloadError,
  DiskFullError,
  FileExistsError,
  GrantError,
  NewerLedgerError,
  NoAudienceTargetsError,
  NoLedgerError,
  PackingError,
  QueryError,
  QueryProcessError,
  QueryRefusedError,
  QueryTimeoutError,
  RestoreRefusedError,
  RunOverError,
  UnreadableLedgerError,
  UnwrittenFileError,
} from "./errors.ts";
export { keepExceptions } from "./exceptions/keep-exceptions.ts";
export type { RiskException } from "./exceptions/risk-exception.ts";
export { type Gap, isOnRecord, recordGap } from "./gap.ts";
export { withLease } from "./lease.ts";
export { type LeaseHolder, leaseHolder } from "./lease-holder.ts";
export { loadNights, type Night, type OfficialScore } from "./load-night.ts";
export { matchesProject } from "./matches-project.ts";
export { NEWEST_SCHEMA, refuseNewer } from "./migrate.ts";
export { type Ledger, ledgerIsThere, openLedger, openReader, openReaderAs, type Reader } from "./open.ts";
export { isPostgresUrl, shownPlace } from "./place.ts";
export { type NightTarget, type PlannedTarget, planNight } from "./plan-night.ts";
export { poolConfig } from "./postgres.ts";
export { type Payload, payloadReader, readPayload } from "./read-payload.ts";
export { type Cell, type Row, readRows } from "./read-rows.ts";
export { relationsRead } from "./relations-read.ts";
export { type ReplayedNight, type Rereading, replayNight } from "./replay-night.ts";
export { checkRollups, type RollupCheck } from "./rollup-differences.ts";
export { finishRun, startRun } from "./run.ts";
export type { RunMinute, RunStatistics, SlowTarget } from "./run-statistics.ts";
export { type Discovery, recordScope, type ScopeChanges, type Sighting } from "./scope.ts";
export type { LedgerFinding } from "./seal/ledger-finding.ts";
export { type Seal, sealOf } from "./seal/seal-of.ts";
export { verifyLedger } from "./seal/verify-ledger.ts";
export { answeredNights, type StoredAnswer, storedAnswers } from "./stored-answers.ts";
export { lastKnownTargets, type TargetIdentity, type ViewsOnly } from "./target-identity.ts";
export { vacuum } from "./vacuum.ts";
export type {
  BlindSpot,
  BlindSpotDaily,
  Category,
  CategoryDaily,
  CounterDaily,
  CoverageDaily,
  CoverageTargetDaily,
  DeliveryChannel,
  DeliveryHistory,
  DeliveryKey,
  DeliveryKind,
  DeliveryState,
  ExceptionDaily,
  ExceptionState,
  ExceptionStateDaily,
  FieldDrift,
  FrozenPayloadDaily,
  InventoryLatest,
  InventoryState,
  LatestRisk,
  MoverDaily,
  NetDaily,
  NightDaily,
  PayloadStorage,
  PolicyDaily,
  PolicyEvent,
  PolicyOffDaily,
  PortfolioCategoryChangeDaily,
  PortfolioCategoryDaily,
  PortfolioChangeDaily,
  PortfolioCounterDaily,
  PortfolioDaily,
  PortfolioNetDaily,
  PortfolioScoreChangeDaily,
  PortfolioSeverityChangeDaily,
  PortfolioSeverityDaily,
  QualityIssue,
  QualityRule,
  RevisionDaily,
  RiskChangeDaily,
  RiskDaily,
  RunHistory,
  RunKind,
  SaturationPressureDaily,
  ScopeChange,
  ScopeChangeDaily,
  ScoreReconciliationDaily,
  ScoringSuspicionDaily,
  Severity,
  SeverityDaily,
  UnitCategoryDaily,
  UnitChangeDaily,
  UnitDaily,
  UnitTarget,
  UnprotectedDaily,
  Views,
} from "./views.ts";
