import { type LeastTime, leastTimes, type Quota } from "@nightledger/core";
import { durationText } from "./duration.ts";
import { formatTable } from "./format-table.ts";

/** A company, as far as it decides how long a night takes. */
export interface Scale {
  targets: number;
  /** Users that share the targets evenly. */
  users: number;
  /** Regions that share them evenly; each has quotas of its own. */
  regions: number;
  hosts: number;
  /** Source addresses of each host. */
  addresses: number;
  /** Calls of each HSS operation in a window; null is no limit. */
  quota: Quota | null;
  /** `score` asks for a second operation of each target, which has a quota of its own. */
  reconcile: "none" | "score";
  /** How long a call takes. Milliseconds. */
  callMs: number;
}

/** How long a night of that scale takes. */
export interface SimulatedPlan extends Omit<Scale, "quota"> {
  calls: number;
  /** From the first call to the last answer. Milliseconds. */
  finishMs: number;
  /** What decides it; null where nothing but the calls themselves does. */
  binding: LeastTime["binding"];
}

/** As even as whole numbers are. */
const share = (whole: number, parts: number, nth: number): number =>
  Math.floor(whole / parts) + (nth < whole % parts ? 1 : 0);

/**
 * When a night would be done. A place of a quota is used again one window after the answer to the call that had it, so
 * that each further window takes a call's time longer.
 */
export function simulatedPlan(scale: Scale): SimulatedPlan {
  const { targets, users, regions, hosts, addresses, quota, reconcile, callMs } = scale;
  const operations = reconcile === "score" ? ["ListSecurityRisk", "ShowRiskScore"] : ["ListSecurityRisk"];
  const loads = Array.from({ length: regions }, (_, region) => {
    const here = share(targets, regions, region);
    return Array.from({ length: users }, (__, user) => ({
      origin: `region ${region + 1}`,
      account: `user ${user + 1}`,
      // the remainders of regions are not all of the first users
      calls: share(here, users, (user + region) % users),
    }));
  }).flat();
  const all = operations.flatMap((operation) => loads.map((load) => ({ ...load, operation })));
  const times = leastTimes(all, quota, hosts * addresses);
  const slowest = times.reduce<LeastTime | null>(
    (most, time) => (most === null || time.leastMs > most.leastMs ? time : most),
    null,
  );
  const windows = quota === null || slowest === null ? 0 : slowest.leastMs / quota.windowMs;
  return {
    targets,
    users,
    regions,
    hosts,
    addresses,
    reconcile,
    callMs,
    calls: times.reduce((sum, { calls }) => sum + calls, 0),
    finishMs: (slowest?.leastMs ?? 0) + (windows + 1) * callMs,
    binding: slowest?.binding ?? null,
  };
}

const DECIDED = {
  user: "the users' quotas: more users",
  address: "the addresses' quotas: more hosts or addresses",
  operation: "the 600 calls of all callers together: more regions",
} as const;

/** The same with fewer and more hosts, from one up to twice as many. */
export function simulatedPlans(scale: Scale): SimulatedPlan[] {
  const hosts = new Set([scale.hosts]);
  for (let some = 1; some <= 2 * scale.hosts; some *= 2) hosts.add(some);
  return [...hosts].sort((a, b) => a - b).map((some) => simulatedPlan({ ...scale, hosts: some }));
}

export function simulatedText(plans: readonly SimulatedPlan[], { hosts, quota }: Scale): string {
  const asked = plans.find((plan) => plan.hosts === hosts) as SimulatedPlan;
  const { targets, users, regions, addresses, calls } = asked;
  const pace =
    quota === null
      ? "no quota"
      : `${quota.calls} calls in ${quota.windowMs / 1000} s per user and per source address`;
  const table = formatTable(
    ["hosts", "addresses", "done after", "decided by"],
    plans.map((plan) => [
      plan.hosts,
      plan.hosts * addresses,
      durationText(plan.finishMs),
      plan.binding === null ? "nothing but the calls" : DECIDED[plan.binding],
    ]),
  );
  return (
    `${targets} targets of ${users} users in ${regions} regions, ${calls} calls, ${pace}: ` +
    `done ${durationText(asked.finishMs)} after the first call with ${hosts} hosts.\n\n${table}`
  );
}
