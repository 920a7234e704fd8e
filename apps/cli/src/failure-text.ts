import { UsageError } from "./errors.ts";
import { EXIT, type ExitStatus } from "./exit-status.ts";

/** Errors whose cause is what the user gave, whichever package names them: exit status 2. */
const USAGE_ERRORS = new Set([
  "NoLedgerError",
  "UnreadableLedgerError",
  "NewerLedgerError",
  "OlderLedgerError",
  "UnknownMigrationError",
  "EditedMigrationError",
  "OtherStructureError",
  "BlockedUpgradeError",
  "LockedUpgradeError",
  "UpgradeError",
  "CopyError",
  "FileExistsError",
  "DamagedFileError",
  "RestoreRefusedError",
  "QueryError",
  "QueryRefusedError",
  "QueryTimeoutError",
  "UnknownReportError",
  "UnknownLocaleError",
  "NoDataError",
  "NoAudienceTargetsError",
  "TemplateError",
  "NoTargetError",
  "SeveralTargetsError",
  "UnknownFigureError",
  "ManifestError",
  "TemplatesDifferError",
  "DataDiffersError",
]);

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === "AbortError";

/** What a person is told of an error that ends the command. */
export function failureText(error: unknown): string {
  if (isAbort(error)) return "stopped. What is on record stays; the same command finishes the rest.";
  return error instanceof Error ? error.message : String(error);
}

/** What the shell is told of it. */
export function exitStatusOf(error: unknown): ExitStatus {
  if (!(error instanceof Error) || isAbort(error)) return EXIT.partial;
  if (error.name === "LeaseHeldError") return EXIT.locked;
  return error instanceof UsageError || USAGE_ERRORS.has(error.name) ? EXIT.usage : EXIT.nothingFetched;
}
