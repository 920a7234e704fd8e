import type { Delegation } from "@nightledger/worker";
import type { Config } from "../config.ts";
import type { Watch } from "../watch/watch.ts";

/** How a night's work is handed to workers. */
export const delegationOf = ({ workers }: Config, watch: Pick<Watch, "warn">): Delegation => ({
  tries: workers?.tries ?? 3,
  quietMs: (workers?.quietMinutes ?? 10) * 60_000,
  onProblem: (problem) => watch.warn(problem),
});
