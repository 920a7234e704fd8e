import { openReader, shownPlace } from "@nightledger/store";
import type { Config } from "../config.ts";
import { type Finding, findingOf } from "./finding.ts";

/** Is there a worker for what the nightly hands out? */
export async function* workersFinding({
  workers,
  database,
}: Pick<Config, "workers" | "database">): AsyncGenerator<Finding> {
  if (workers === undefined) return;
  yield await findingOf("workers", shownPlace(database), async () => {
    const { workStatus } = await import("@nightledger/worker");
    const reader = await openReader(database);
    try {
      const status = await workStatus(reader);
      const alive = (status?.workers ?? []).filter(({ is_alive }) => is_alive);
      if (alive.length === 0) {
        return {
          status: "warning",
          detail: `None is alive: a night would wait for ${workers.quietMinutes} minutes and go without. Start "nightledger worker" on the hosts that are to work, or take workers out of the configuration.`,
        };
      }
      const told = alive.map(
        ({ host, pid, egress, regions, renders }) =>
          `${host}:${pid} (regions ${regions}; addresses ${egress || "the system's"}${renders ? "; renders" : ""})`,
      );
      return `${alive.length} alive: ${told.join(", ")}.`;
    } finally {
      await reader.close();
    }
  });
}
