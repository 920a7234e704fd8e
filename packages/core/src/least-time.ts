import { CALLS_PER_OPERATION } from "./network.ts";
import type { Quota } from "./pace.ts";

/** Calls that an account has to make of one operation at one endpoint. */
export interface Load {
  operation: string;
  origin: string;
  account: string;
  calls: number;
}

/** Whose quota decides how long it takes. */
export type Binding = "user" | "address" | "operation";

/** What the calls of one operation at one endpoint take at least. */
export interface LeastTime {
  operation: string;
  origin: string;
  calls: number;
  /** From the first call to the last. Milliseconds; 0 where one window holds them all. */
  leastMs: number;
  binding: Binding | null;
}

/** So many calls at so many a window: the first window's at once, each further window's one window later. */
const windowsMs = (calls: number, places: number, windowMs: number): number =>
  Math.max(0, Math.ceil(calls / places) - 1) * windowMs;

/**
 * The least time that the quotas allow: by the busiest user, by all users over the source addresses, and by all
 * together ("API Throttling": 600 calls a minute for each API). Endpoints do not wait for one another.
 */
export function leastTimes(loads: readonly Load[], quota: Quota | null, addresses: number): LeastTime[] {
  const groups = Map.groupBy(loads, ({ operation, origin }) => `${operation} ${origin}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { operation, origin } = first;
    const calls = group.reduce((sum, load) => sum + load.calls, 0);
    if (quota === null) return [{ operation, origin, calls, leastMs: 0, binding: null }];
    const callsOf = new Map<string, number>();
    for (const { account, calls: own } of group) callsOf.set(account, (callsOf.get(account) ?? 0) + own);
    const busiest = Math.max(...callsOf.values());
    const bounds: [Binding, number][] = [
      ["user", windowsMs(busiest, quota.calls, quota.windowMs)],
      ["address", windowsMs(calls, quota.calls * addresses, quota.windowMs)],
      ["operation", windowsMs(calls, CALLS_PER_OPERATION, quota.windowMs)],
    ];
    const leastMs = Math.max(...bounds.map(([, ms]) => ms));
    const binding = leastMs === 0 ? null : (bounds.find(([, ms]) => ms === leastMs)?.[0] ?? null);
    return [{ operation, origin, calls, leastMs, binding }];
  });
}
