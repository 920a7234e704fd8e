export { adoptEdition } from "./editions/adopt-edition.ts";
export { type EditionFigure, editionFigures } from "./editions/edition-figures.ts";
export { EDITION_FORMAT_NAMES, type EditionFormat, isEditionFormat } from "./editions/edition-formats.ts";
export { type EditionKey, editionName, MANIFEST_END, subjectName } from "./editions/edition-name.ts";
export { type Manifest, type ManifestFile, readManifest, readNamed } from "./editions/manifest.ts";
export type { PlacedEdition, RejectedEdition } from "./editions/place-edition.ts";
export { type RebuildOrder, type Rebuilt, rebuildReport } from "./editions/rebuild.ts";
export type { ReportAudience, ReportSubject, ReportTarget } from "./editions/report-subject.ts";
export { standingEditions } from "./editions/standing-editions.ts";
export {
  BrowserNotFoundError,
  DataDiffersError,
  ManifestError,
  NoDataError,
  NoTargetError,
  PrintError,
  SandboxError,
  SeveralTargetsError,
  TemplateError,
  TemplatesDifferError,
  UnknownFigureError,
  UnknownLocaleError,
  UnknownReportError,
} from "./errors.ts";
export type { Explanation } from "./explain/explain-figure.ts";
export { type ExplainReportOrder, explainReport } from "./explain/explain-report.ts";
export { type PrintedThen, printedThen } from "./explain/printed-then.ts";
export { findDataDate } from "./find-data-date.ts";
export {
  type ChangedFigure,
  type Letter,
  type LetterContent,
  type LetterWriter,
  type Notice,
  openLetters,
  type Words,
} from "./letters/letters.ts";
export { type Finding, RULES } from "./pdf/finding.ts";
export { type PreviewOrder, previewReport } from "./preview/preview-report.ts";
export type { Preview } from "./preview/preview-server.ts";
export { type FoundChromium, findChromiums } from "./printer/find-chromium.ts";
export { TRIAL_TEXT, type TrialPrint, trialPrint } from "./printer/trial-print.ts";
export { type ReportOrder, renderReport } from "./report.ts";
