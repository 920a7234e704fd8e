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

/** Chromium is there, but its sandbox is not to be had. */
export class SandboxError extends Error {
  override name = "SandboxError";

  constructor(setting: string, cause?: unknown) {
    super(
      `Chromium cannot start its sandbox: this machine lets it have no user namespace of its own. Allow user namespaces (sysctl kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns, the container's seccomp profile); or, where nightledger has a machine or a container to itself, set ${setting}=off.`,
      { cause },
    );
  }
}

/** What went wrong with a document; `closed` is ours to answer for, not the document's. */
export type PrintFailure = "crashed" | "timeout" | "failed" | "closed";

const WHAT_TO_DO: Record<PrintFailure, string> = {
  crashed: "Most often memory is short: print with fewer pages at once (pages), or give the machine more.",
  timeout: "Give it more time (printTimeoutMs), print with fewer pages at once (pages), or shorten it.",
  failed: "Open its HTML in a browser and print it there to see what it is.",
  closed: "Open a new one.",
};

/** A document that Chromium did not print. */
export class PrintError extends Error {
  override name = "PrintError";
  readonly failure: PrintFailure;

  constructor(failure: PrintFailure, why: string, cause?: unknown) {
    super(`A document was not printed: ${why}. ${WHAT_TO_DO[failure]}`, { cause });
    this.failure = failure;
  }
}
