import type { CDPSession, Protocol } from "puppeteer-core";

/** A page that tries a thousand is told apart from one that tries none by its first few. */
const AT_MOST = 100;
const LONGEST = 300;
const NOT_ALLOWED = /^Not allowed to load local resource: (.+)$/;

function nameOf({ details }: Protocol.Audits.InspectorIssue): string | null {
  const issue = details.contentSecurityPolicyIssueDetails;
  if (issue === undefined) return null;
  if (issue.contentSecurityPolicyViolationType !== "kURLViolation")
    return `inline (${issue.violatedDirective})`;
  // the policy names no more than the scheme of some, and nothing of a frame with data
  return issue.blockedURL || `a frame or object (${issue.violatedDirective})`;
}

/** What a page tried to load and did not get, by name: refused by us, by its policy, or by Chromium. */
export class RefusedRequests {
  #names = new Set<string>();

  add(name: string): void {
    if (this.#names.size < AT_MOST) this.#names.add(name.slice(0, LONGEST));
  }

  /** What was refused so far; from now on it is another document's. */
  take(): string[] {
    const names = [...this.#names].sort();
    this.#names = new Set();
    return names;
  }

  async watch(session: CDPSession): Promise<void> {
    session.on("Audits.issueAdded", ({ issue }) => {
      const name = nameOf(issue);
      if (name !== null) this.add(name);
    });
    session.on("Log.entryAdded", ({ entry }) => {
      const [, name] = NOT_ALLOWED.exec(entry.text) ?? [];
      if (name !== undefined) this.add(name);
    });
    await Promise.all([session.send("Audits.enable"), session.send("Log.enable")]);
  }
}
