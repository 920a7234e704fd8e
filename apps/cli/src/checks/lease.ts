import { leaseHolder, ledgerIsThere, openReader, shownPlace } from "@nightledger/store";
import { type Finding, findingOf } from "./finding.ts";

/** Is somebody at work with the ledger, or has somebody died at it? */
export async function* leaseFinding(database: string): AsyncGenerator<Finding> {
  if (!(await ledgerIsThere(database))) return;
  yield await findingOf("lease", shownPlace(database), async () => {
    const reader = await openReader(database);
    try {
      const holder = await leaseHolder(reader);
      if (holder === null) return "Nobody is at work.";
      const { what, host, pid, since, silentSeconds, isOver } = holder;
      const who = `${what}, process ${pid} on ${host}, since ${since}`;
      if (!isOver)
        return `At work: ${who}; last heard of ${silentSeconds} s ago. Nothing else can write meanwhile.`;
      return {
        status: "warning",
        detail: `${who}, was not heard of for ${silentSeconds} s: it died. Start it again; the next run takes its place at once and does the rest.`,
      };
    } finally {
      await reader.close();
    }
  });
}
