import { Agent, Pool } from "undici";
import { ForwardingPool } from "./forwarding-pool.ts";
import { openRoutes } from "./open-routes.ts";
import type { ProxyRoutes } from "./proxy-routes.ts";

export interface DispatcherOptions {
  /** Connect, headers and body each get this long. Milliseconds. */
  timeoutMs: number;
  /** Connections to one origin; default no limit. */
  connections?: number;
  /** The address of this host that connections leave from, those to a proxy included; default the system's choice. */
  localAddress?: string;
}

/** Makes requests directly or through the proxies of the routes. Close or destroy it. */
export function openDispatcher(routes: ProxyRoutes, { timeoutMs, ...options }: DispatcherOptions): Agent {
  const routeTo = openRoutes(routes, timeoutMs);
  return new Agent({
    ...options,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    factory(given, poolOptions: Pool.Options) {
      const url = new URL(given);
      const { forwardsBy, connect } = routeTo(url);
      const pooled = { ...poolOptions, connect };
      return forwardsBy === null
        ? new Pool(url.origin, pooled)
        : new ForwardingPool(url.origin, forwardsBy, pooled);
    },
  });
}
