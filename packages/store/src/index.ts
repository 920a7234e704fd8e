export { type GrantResult, grantReader, grantScript, type ReaderGrant } from "./access/grant-reader.ts";
export { inspectLogin, type LoginInspection } from "./access/inspect-login.ts";
export type { ReaderKind } from "./access/reader-role.ts";
export type { AudienceFilter } from "./audience/audience-filter.ts";
export {
  openScopedReader,
  type ScopedReader,
  type ScopedReaderOptions,
} from "./audience/open-scoped-reader.ts";
export { type AcceptedLedger, acceptLedger } from "./audit/accept-ledger.ts";
export { type Contradiction, findContradiction, type Witness } from "./audit/contradiction.ts";
export { checkDefinitions, type DefinitionCheck } from "./audit/definitions/check-definitions.ts";
export { type FoundSeal, findSeals } from "./audit/find-seal.ts";
export { type Acceptance, type HistoryRun, type LedgerHistory, openHistory } from "./audit/ledger-history.ts";
export { sealRecords } from "./audit/seal-ledger.ts";
export { writeAnalystSnapshot } from "./backup/analyst-snapshot.ts";
export { type BackupOptions, backupLedger } from "./backup/backup-ledger.ts";
export { checkFile } from "./backup/check-file.ts";
export { isDamage } from "./backup/damage.ts";
export { restoreAdvice } from "./backup/known-backups.ts";
export { type Restored, restoreLedger } from "./backup/restore-ledger.ts";
export { hasNights } from "./calendar.ts";
export { type Compaction, type CompactJob, compactPayloads } from "./compact-payloads.ts";
export { postgresConnection } from "./connection/postgres-connection.ts";
export { contentHash, type RiskListContent } from "./content.ts";
export { type CopiedTableResult, type CopyProgress, copyLedger } from "./copy/copy-ledger.ts";
export { deliveryContents, latestContents } from "./deliveries/contents.ts";
export { type DueDelivery, dueDeliveries, nextTryAt } from "./deliveries/due.ts";
export { enqueueDeliveries, type NewDelivery } from "./deliveries/enqueue.ts";
export { markLostDeliveries } from "./deliveries/mark-lost.ts";
export { type Resend, resendDeliveries } from "./deliveries/resend.ts";
export { type Resolution, resolveDelivery } from "./deliveries/resolve.ts";
export { type Settlement, settleDelivery } from "./deliveries/settle.ts";
export { supersedeDeliveries } from "./deliveries/supersede.ts";
export { DICTIONARY, type DictionaryColumn, type DictionaryView } from "./dictionary.ts";
export { dictionaryMarkdown } from "./dictionary-markdown.ts";
export { diskFullOr } from "./disk-full-or.ts";
export {
  BlockedUpgradeError,
  CopyError,
  DamagedFileError,
  DamagedPayloadError,
  DiskFullError,
  EditedMigrationError,
  FileExistsError,
  GrantError,
  LockedUpgradeError,
  NewerLedgerError,
  NoAudienceTargetsError,
  NoLedgerError,
  OlderLedgerError,
  OtherStructureError,
  PackingError,
  QueryError,
  QueryProcessError,
  QueryRefusedError,
  QueryTimeoutError,
  RestoreRefusedError,
  RunOverError,
  UnknownMigrationError,
  UnreadableLedgerError,
  UnwrittenFileError,
  UpgradeError,
} from "./errors.ts";
export { keepExceptions } from "./exceptions/keep-exceptions.ts";
export type { RiskException } from "./exceptions/risk-exception.ts";
export { type Gap, isOnRecord, recordGap } from "./gap.ts";
export { withLease } from "./lease.ts";
export { type LeaseHolder, leaseHolder } from "./lease-holder.ts";
export { accountHolders, placeOf } from "./load/account-holders.ts";
export { clearAccountGaps } from "./load/clear-account-gaps.ts";
export { identifyAccounts } from "./load/known-accounts.ts";
export type { ConfiguredAccount } from "./load/match-accounts.ts";
export { type NameGiven, namesGiven } from "./load/names-given.ts";
export { saveAccounts } from "./load/save-accounts.ts";
export { loadNights, type Night, type OfficialScore } from "./load-night.ts";
export { matchesProject } from "./matches-project.ts";
export { NEWEST_SCHEMA, refuseNewer } from "./migrate.ts";
export { type Ledger, ledgerIsThere, openLedger, openReader, openReaderAs, type Reader } from "./open.ts";
export { isPostgresUrl, shownPlace } from "./place.ts";
export { type NightTarget, type PlannedTarget, planNight } from "./plan-night.ts";
export { poolConfig } from "./postgres.ts";
export { latestNight } from "./query/latest-night.ts";
export { type Payload, payloadReader, readPayload } from "./read-payload.ts";
export { type Cell, type Row, readRows } from "./read-rows.ts";
export { relationsRead } from "./relations-read.ts";
export { type ReplayedNight, type Rereading, replayNight } from "./replay-night.ts";
export { NothingRetractedError, RecordedAgainError } from "./retraction/errors.ts";
export { type RetractableTarget, type Retracted, retractNight } from "./retraction/retract-night.ts";
export { undoRetraction } from "./retraction/undo-retraction.ts";
export { checkRollups, type RollupCheck } from "./rollup-differences.ts";
export { finishRun, startRun } from "./run.ts";
export type { RunMinute, RunStatistics, SlowTarget } from "./run-statistics.ts";
export type { Upgrade } from "./schema/apply-upgrade.ts";
export { checkMigration, migrateLedger, type SchemaCheck } from "./schema/migrate-ledger.ts";
export { requireCurrentSchema } from "./schema/require-current-schema.ts";
export { viewsHash } from "./schema/version.ts";
export { type Discovery, recordScope, type ScopeChanges, type Sighting } from "./scope.ts";
export type { LedgerFinding } from "./seal/ledger-finding.ts";
export { type Seal, sealOf } from "./seal/seal-of.ts";
export { verifyLedger } from "./seal/verify-ledger.ts";
export { answeredNights, type StoredAnswer, storedAnswers } from "./stored-answers.ts";
export { lastKnownTargets, type TargetIdentity, type ViewsOnly } from "./target-identity.ts";
export { vacuum } from "./vacuum.ts";
export { latestDay } from "./views/latest-day.ts";
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
  RetractionHistory,
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
  TargetLabel,
  UnitCategoryDaily,
  UnitChangeDaily,
  UnitDaily,
  UnitTarget,
  UnprotectedDaily,
  Views,
} from "./views.ts";
