import type { buildConnector } from "undici";
import { proxyUnreachable } from "./connection-error.ts";
import { type Proxy, type ProxyRoutes, proxyFor } from "./proxy-routes.ts";
import { trusting, trustingConnector } from "./trusting-connector.ts";
import { tunnelThrough } from "./tunnel.ts";

/** The way to one target. */
export interface Route {
  /** The proxy that takes whole requests for the target (http without a tunnel); null where none does. */
  forwardsBy: Proxy | null;
  /** Connects to the target, through a tunnel where there is one; with `forwardsBy` to that proxy. */
  connect: buildConnector.connector;
}

/** Finds the way to each target. Each connection gets `timeoutMs` per hop; HTTP/2 is offered by default. */
export function openRoutes(
  routes: ProxyRoutes,
  timeoutMs: number,
  { allowH2 = true }: { allowH2?: boolean } = {},
): (target: URL) => Route {
  const trusted = trusting(routes.ca);
  const toTarget = trustingConnector(trusted, { timeoutMs, allowH2 });
  const toProxy = trustingConnector(trusted, { timeoutMs, allowH2: false });
  return (target) => {
    const proxy = proxyFor(routes, target);
    if (proxy === null) return { forwardsBy: null, connect: toTarget };
    // proxies let CONNECT through to port 443, and mostly to no other: plain http is forwarded
    if (target.protocol === "https:") {
      return { forwardsBy: null, connect: tunnelThrough(proxy, { toProxy, toTarget, timeoutMs }) };
    }
    return {
      forwardsBy: proxy,
      connect: (to, callback) =>
        toProxy(to, (error, socket) =>
          error === null ? callback(null, socket) : callback(proxyUnreachable(proxy, error), null),
        ),
    };
  };
}
