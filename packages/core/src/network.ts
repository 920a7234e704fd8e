import type { Dispatcher } from "undici";
import type { CallWatcher } from "./call-watcher.ts";
import type { RequestLimits } from "./cloud.ts";
import type { ClockReading } from "./http/clock-reading.ts";
import { openDispatcher } from "./http/open-dispatcher.ts";
import { DIRECT, type ProxyRoutes } from "./http/proxy-routes.ts";
import { type Pace, Pacer, type Quota } from "./pace.ts";
import { RetryBudget } from "./retry-budget.ts";

/** A way out of this host: a source address of its own, which has its own quota at the cloud. */
export interface Egress {
  /** The local address that calls leave from; null leaves it to the system. */
  address: string | null;
  dispatcher: Dispatcher;
}

/** What all accounts of a process share: its ways out, and the pace of its calls. */
export interface Network {
  egresses: readonly Egress[];
  pace: Pace;
  budget: RetryBudget;
  /** Whoever wants to be told of calls; of all of them, tokens and discovery included. */
  watchers: Set<CallWatcher>;
  /** Whoever wants to be told what answers say of this machine's clock. They may not throw. */
  clockWatchers: Set<(reading: ClockReading) => void>;
  close(): Promise<void>;
}

export interface NetworkOptions {
  /** Calls under way at once, over all accounts. */
  concurrency: number;
  limits: RequestLimits;
  /** Local addresses to call from, each with a quota of its own; empty leaves it to the system. */
  egress?: readonly string[];
  /** The proxies that calls go through, and who is trusted; default none, and the public authorities. */
  routes?: ProxyRoutes;
  /** Calls of each HSS operation, per user and per source address; null is no limit. */
  quota: Quota | null;
  /** Who paces the calls, told what is known of a lane beforehand; default a `Pacer` of this process. */
  paceOf?: (quotaOf: (lane: string) => Quota | null) => Pace;
}

/** HSS, "API Throttling" (hss_02_0005): per user and per source address. */
export const DOCUMENTED_QUOTA: Quota = { calls: 5, windowMs: 60_000 };

/** The same page: all callers of an operation together. */
export const CALLS_PER_OPERATION = 600;

/** More than five refused signatures in a row lock a key, so no more than five may be under way with one. */
const CALLS_PER_KEY = 5;

/** The lanes that a call has to find room in; each is a name that tells whose quota it is. */
export const lane = {
  everything: "everything",
  key: (account: string) => `key ${account}`,
  operation: (operation: string, origin: string) => `operation ${operation} ${origin}`,
  user: (operation: string, origin: string, account: string) => `user ${operation} ${origin} ${account}`,
  address: (operation: string, origin: string, address: string | null) =>
    `address ${operation} ${origin} ${address ?? "default"}`,
};

/** Opens the ways out of this host. Close them when the run is over. */
export function openNetwork(options: NetworkOptions): Network {
  const { concurrency, limits, quota } = options;
  const addresses: readonly (string | null)[] = options.egress?.length ? options.egress : [null];
  const egresses = addresses.map((address) => ({
    address,
    dispatcher: openDispatcher(options.routes ?? DIRECT, {
      connections: concurrency,
      timeoutMs: limits.timeoutMs,
      ...(address !== null && { localAddress: address }),
    }),
  }));

  const quotaOf = (name: string): Quota | null => {
    const [kind, operation = ""] = name.split(" ", 2);
    if (kind === "everything") return { calls: concurrency, windowMs: 0 };
    if (kind === "key") return { calls: CALLS_PER_KEY, windowMs: 0 };
    if (quota === null || !HSS_OPERATIONS.has(operation)) return null;
    return kind === "operation" ? { ...quota, calls: CALLS_PER_OPERATION } : quota;
  };
  return {
    egresses,
    pace: options.paceOf?.(quotaOf) ?? new Pacer(quotaOf),
    budget: new RetryBudget(),
    watchers: new Set(),
    clockWatchers: new Set(),
    close: async () => {
      await Promise.all(egresses.map(({ dispatcher }) => dispatcher.destroy()));
    },
  };
}

/** Those with the documented quota; no quota is documented for IAM and EPS. */
const HSS_OPERATIONS = new Set(["ListSecurityRisk", "ShowRiskScore"]);
