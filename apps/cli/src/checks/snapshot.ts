import { existsSync } from "node:fs";
import { isDamage, isPostgresUrl, latestDay, openReader } from "@nightledger/store";
import type { Config } from "../config.ts";
import { type Finding, findingOf } from "./finding.ts";

/** The newest night up to today of which a ledger has a snapshot. */
async function newestNight(path: string): Promise<string | null> {
  const reader = await openReader(path);
  try {
    const row = await reader.db
      .selectFrom("coverage_daily")
      .select((eb) => eb.fn.max<string | null>("data_date").as("newest"))
      .where("fresh", ">", 0)
      .where("data_date", "<=", latestDay())
      .executeTakeFirst();
    return row?.newest ?? null;
  } finally {
    await reader.close();
  }
}

/** Do analysts see the newest night? */
export async function* snapshotFinding({ database, snapshot }: Config): AsyncGenerator<Finding> {
  if (snapshot === null || isPostgresUrl(database) || !existsSync(database)) return;
  yield await findingOf("snapshot", snapshot, async () => {
    const newest = await newestNight(database);
    if (!existsSync(snapshot)) {
      const cure = "The next good run writes it; --trace with ingest tells why, if it does not.";
      return newest === null
        ? "It is not there yet; the first good run writes it."
        : { status: "warning", detail: `It is not there. ${cure}` };
    }
    const seen = await newestNight(snapshot).catch((error: unknown) => {
      if (isDamage(error)) return null;
      throw error;
    });
    if (seen === newest) return `Analysts see the newest night, ${newest}.`;
    if (seen !== null && (newest === null || seen > newest)) {
      return {
        status: "warning",
        detail: `Analysts see ${seen}, and the ledger ends with ${newest ?? "no night"}: the copy is of a ledger that had more. What to do stands beside "surroundings"; once that is decided the next good run writes the copy anew.`,
      };
    }
    return {
      status: "warning",
      detail: `Analysts see ${seen ?? "no night"}, and the ledger has ${newest}. Look for room on its disk; the next good run writes it anew.`,
    };
  });
}
