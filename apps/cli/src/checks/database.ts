import { dirname } from "node:path";
import { isPostgresUrl, latestNight, ledgerIsThere, openReader, shownPlace } from "@nightledger/store";
import { type Finding, findingOf } from "./finding.ts";
import { unwritable } from "./unwritable.ts";

async function newestNight(place: string): Promise<string> {
  const reader = await openReader(place);
  try {
    const newest = await latestNight(reader.db);
    if (newest === null) return "It has no night up to today.";
    const last = await reader.db
      .selectFrom("coverage_daily")
      .select(["data_date", "expected", "fresh"])
      .where("data_date", "=", newest)
      .executeTakeFirstOrThrow();
    return `Its newest night is ${last.data_date}: ${last.fresh} of ${last.expected} targets fresh.`;
  } finally {
    await reader.close();
  }
}

/** Can the ledger be reached and written, and what is the newest night in it? */
export async function databaseFinding(place: string): Promise<Finding> {
  return await findingOf("database", shownPlace(place), async () => {
    // SQLite writes files beside it, too
    const problem = isPostgresUrl(place)
      ? null
      : (unwritable(place, "file") ?? unwritable(dirname(place), "folder"));
    if (problem !== null) return { status: "failed", detail: problem };
    if (!(await ledgerIsThere(place))) return "It is not there yet; the first ingest makes it.";
    return await newestNight(place);
  });
}
