import { inspectLogin, isPostgresUrl, ledgerIsThere, type ReaderKind, shownPlace } from "@nightledger/store";
import type { Config } from "../config.ts";
import { type Finding, findingOf } from "./finding.ts";

/** So many are named. */
const MOST = 5;

const listed = (names: readonly string[]): string =>
  names.slice(0, MOST).join(", ") + (names.length > MOST ? ` and ${names.length - MOST} more` : "");

async function login(place: string, kind: ReaderKind): Promise<Finding> {
  const option = kind === "audiences" ? " --audiences" : "";
  return await findingOf("analysts", shownPlace(place), async () => {
    const { role, unreadable, excess } = await inspectLogin(place, kind);
    const cure = `"nightledger grant --role ${role}${option}" gives it what is missing`;
    if (excess.length > 0) {
      const detail = `The login for ${kind} can do more than read its views: ${listed(excess)}. Take that from it (REVOKE), or name another login in the configuration.`;
      return { status: "failed", detail };
    }
    if (unreadable.length > 0) {
      const detail = `The login for ${kind} cannot read ${listed(unreadable)}. ${cure}.`;
      return { status: "failed", detail };
    }
    return `The login for ${kind} reads every view that is for it, and can do nothing else.`;
  });
}

const missing = (subject: string, detail: string): Finding => ({
  check: "analysts",
  subject,
  status: "warning",
  detail,
});

/** On PostgreSQL: do queries and reports run as logins that only read, and can these do no more? */
export async function* analystsFindings({ database, analysts, audiences }: Config): AsyncGenerator<Finding> {
  if (!isPostgresUrl(database) || !(await ledgerIsThere(database))) return;
  const subject = shownPlace(database);
  if (analysts === null) {
    yield missing(
      subject,
      'Queries, and the datasets of reports and themes, run as the ledger\'s own user. Make a login that only reads ("nightledger grant --role nightledger_analysts"), and name it as analysts in the configuration.',
    );
  } else yield await login(analysts.login.reveal(), "analysts");
  if (analysts?.audiences) yield await login(analysts.audiences.reveal(), "audiences");
  else if (Object.keys(audiences).length > 0) {
    yield missing(
      subject,
      'Reports for an audience are kept to its targets by temporary views alone, which a dataset can go past. Make a login for them ("nightledger grant --audiences --role nightledger_audiences"), and name it as analysts.audiences in the configuration.',
    );
  }
}
