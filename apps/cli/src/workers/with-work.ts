import type { Ledger } from "@nightledger/store";
import { openWork, type Work } from "@nightledger/worker";
import type { Config } from "../config.ts";
import type { Watch } from "../watch/watch.ts";

/** Does what may be handed to workers: with the queue open where the configuration has them, else with none. */
export async function withWork<T>(
  ledger: Ledger,
  { config, watch }: { config: Config; watch: Pick<Watch, "warn"> },
  done: (work: Work | null) => Promise<T>,
): Promise<T> {
  const { workers, database } = config;
  if (workers === undefined) return await done(null);
  const work = await openWork({
    ledger,
    database,
    name: "nightly",
    lapseSeconds: workers.lapseSeconds,
    onProblem: (problem) => watch.warn(problem),
  });
  try {
    return await done(work);
  } finally {
    await work.close();
  }
}
