import { isPostgresUrl, ledgerIsThere, openReader, shownPlace } from "@nightledger/store";
import { type Finding, findingOf } from "./finding.ts";
import { unwritable } from "./unwritable.ts";

async function newestNight(place: string): Promise<string> {
  const reader = await openReader(place);
  try {
    const last = await reader.db
      .selectFrom("coverage_daily")
      .select(["data_date", "expected", "fresh"])
      .orderBy("data_date", "desc")
      .limit(1)
      .executeTakeFirst();
    if (last === undefined) return "It is empty.";
    return `Its newest night is ${last.data_date}: ${last.fresh} of ${last.expected} targets fresh.`;
  } finally {
    await reader.close();
  }
}

/** Can the ledger be reached and written, and what is the newest night in it? */
export async function databaseFinding(place: string): Promise<Finding> {
  return await findingOf("database", shownPlace(place), async () => {
    const problem = isPostgresUrl(place) ? null : unwritable(place, "file");
    if (problem !== null) return { status: "failed", detail: problem };
    if (!(await ledgerIsThere(place))) return "It is not there yet; the first ingest makes it.";
    return await newestNight(place);
  });
}
