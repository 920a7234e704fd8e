import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { openReader } from "@nightledger/store";
import { type Finding, findingOf } from "./finding.ts";

/** The closest folder that is there. */
function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));
}

/** Can the ledger be written, and what is the newest night in it? */
export async function databaseFinding(path: string): Promise<Finding> {
  return await findingOf("database", path, async () => {
    const place = existsSync(path) ? path : existing(dirname(path));
    try {
      accessSync(place, constants.W_OK);
    } catch {
      return { status: "failed", detail: `${place} cannot be written. Give this user the right to.` };
    }
    if (!existsSync(path)) return "It is not there yet; the first ingest makes it.";
    const reader = await openReader(path);
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
  });
}
