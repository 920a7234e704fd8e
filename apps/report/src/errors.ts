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

/** A file that should be an edition's manifest, or one that a manifest names, is not. */
export class ManifestError extends Error {
  override name = "ManifestError";

  constructor(file: string, why: string, cause?: unknown) {
    super(`${file} is no manifest that can be used: ${why}`, { cause });
  }
}

/** A report is to be made again, and its folders are not what they were. */
export class TemplatesDifferError extends Error {
  override name = "TemplatesDifferError";

  constructor(report: string, wanted: string, found: string) {
    super(
      `The report "${report}" was made from templates of hash ${wanted}, and reports/ (with the theme) has hash ${found}. ` +
        "Check out the version of reports/ it was made with and name its theme by --theme, or see what differs with --force.",
    );
  }
}

/** A report is to be made again, and what it was made of is nowhere to be found. */
export class DataDiffersError extends Error {
  override name = "DataDiffersError";

  constructor(wanted: string, ledger: string, json: string) {
    super(
      `The report was made of data of hash ${wanted}. ${ledger}, and ${json}. ` +
        "Restore a backup of that time, or put the JSON edition back beside the manifest.",
    );
  }
}

/** A report about a target finds none. */
export class NoTargetError extends Error {
  override name = "NoTargetError";

  constructor(dataDate: string) {
    super(
      `No project of the night of ${dataDate} is wanted. See which there are with "nightledger query", or widen --only.`,
    );
  }
}

/** A report has no figure of that id. */
export class UnknownFigureError extends Error {
  override name = "UnknownFigureError";

  constructor(report: string, id: string, near: readonly string[]) {
    const like =
      near.length === 0 ? "No figure is on record for that night" : `The nearest are: ${near.join(", ")}`;
    super(`The report "${report}" has no figure "${id}". ${like}.`);
  }
}

/** A figure of a report about a target, and several targets. */
export class SeveralTargetsError extends Error {
  override name = "SeveralTargetsError";

  constructor(count: number) {
    super(`The report is about one project, and ${count} are meant. Name one with --target.`);
  }
}
