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
