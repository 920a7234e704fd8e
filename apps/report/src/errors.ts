/** No folder of that name under `reports/`. */
export class UnknownReportError extends Error {
  override name = "UnknownReportError";

  constructor(name: string, known: readonly string[]) {
    super(`There is no report "${name}". There is: ${known.join(", ") || "none"}.`);
  }
}

/** The report has no such language. */
export class UnknownLocaleError extends Error {
  override name = "UnknownLocaleError";

  constructor(report: string, locale: string, known: readonly string[]) {
    super(`The report "${report}" has no locale "${locale}". It has: ${known.join(", ")}.`);
  }
}

/** The ledger knows nothing of that night. */
export class NoDataError extends Error {
  override name = "NoDataError";

  constructor(dataDate: string | undefined, newest: string | null) {
    const wanted =
      dataDate === undefined ? "No night is on record yet" : `No night of ${dataDate} is on record`;
    super(`${wanted}. ${newest === null ? 'Run "nightledger ingest" first.' : `The newest is ${newest}.`}`);
  }
}

/** A file under `reports/` cannot be used. */
export class TemplateError extends Error {
  override name = "TemplateError";

  constructor(file: string, why: string, cause?: unknown) {
    super(`${file}: ${why}`, { cause });
  }
}

/** No Chromium to print with. */
export class BrowserNotFoundError extends Error {
  override name = "BrowserNotFoundError";

  constructor(why: string, cause?: unknown) {
    super(
      `There is no browser to print with: ${why}. Install Chrome or Chromium, or set PUPPETEER_EXECUTABLE_PATH to one.`,
      { cause },
    );
  }
}
