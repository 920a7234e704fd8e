import { existsSync } from "node:fs";
import { isPostgresUrl, latestNight, openReader } from "@nightledger/store";
import { dayIn } from "../clock.ts";
import type { Config } from "../config.ts";
import { readExceptions } from "../read-exceptions.ts";
import { type Finding, findingOf } from "./finding.ts";

/** The exceptions on record of the newest night that cover no target. */
async function fittingNone(database: string): Promise<string[]> {
  if (!isPostgresUrl(database) && !existsSync(database)) return [];
  const { db, close } = await openReader(database);
  try {
    const rows = await db
      .selectFrom("exception_state_daily")
      .select("exception")
      .where("data_date", "=", await latestNight(db))
      .where("targets", "=", 0)
      .where("state", "<>", "expired")
      .orderBy("exception")
      .execute();
    return rows.map(({ exception }) => exception);
  } finally {
    await close();
  }
}

/** Can the exceptions file be used, and does each exception cover something? */
export async function* exceptionsFinding(config: Config, now: Date): AsyncGenerator<Finding> {
  const { exceptions: file, database, timeZone } = config;
  if (file === null) return;
  yield await findingOf("exceptions", file, async () => {
    const exceptions = readExceptions(file, dayIn(timeZone, now));
    const named = new Set(exceptions.map(({ id }) => id));
    const lost = (await fittingNone(database)).filter((id) => named.has(id));
    if (lost.length === 0) return `${exceptions.length} exceptions, all as they should be.`;
    return {
      status: "warning",
      detail: `${lost.join(", ")} cover no target on record. Check the names in their targets; "nightledger exceptions" lists all.`,
    };
  });
}
