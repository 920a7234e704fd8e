export {
  BrowserNotFoundError,
  NoDataError,
  PrintError,
  SandboxError,
  TemplateError,
  UnknownLocaleError,
  UnknownReportError,
} from "./errors.ts";
export { browserVersion } from "./printer/browser-version.ts";
export { type RenderedReport, type ReportOrder, renderReport } from "./report.ts";
