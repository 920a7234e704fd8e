/** What one check of the doctor found. */
export interface Finding {
  /** What was looked at. */
  check:
    | "proxy"
    | "endpoint"
    | "clock"
    | "credential"
    | "permission"
    | "scope"
    | "database"
    | "schema"
    | "analysts"
    | "encryption"
    | "integrity"
    | "definitions"
    | "history"
    | "seal"
    | "sums"
    | "surroundings"
    | "nights"
    | "snapshot"
    | "access"
    | "exceptions"
    | "projects"
    | "lease"
    | "deliveries"
    | "disk"
    | "folder"
    | "secret"
    | "browser"
    | "fonts"
    | "mail"
    | "operators"
    | "metrics"
    | "watchdog"
    | "workers"
    | "traces";
  /** Which of them: an account, an endpoint, a file. */
  subject: string;
  status: "ok" | "warning" | "failed";
  /** What was found; where it is not ok, with its cure. */
  detail: string;
}

/** A check that fails as the error says, which names its cure. */
export async function findingOf(
  check: Finding["check"],
  subject: string,
  look: () => Promise<Omit<Finding, "check" | "subject"> | string>,
): Promise<Finding> {
  try {
    const found = await look();
    return { check, subject, ...(typeof found === "string" ? { status: "ok", detail: found } : found) };
  } catch (error) {
    return { check, subject, status: "failed", detail: (error as Error).message };
  }
}
