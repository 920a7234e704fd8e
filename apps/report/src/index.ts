export { browserVersion } from "./browser.ts";
export {
  BrowserNotFoundError,
  NoDataError,
  TemplateError,
  UnknownLocaleError,
  UnknownReportError,
} from "./errors.ts";
export { type RenderedReport, type ReportOrder, renderReport } from "./report.ts";
