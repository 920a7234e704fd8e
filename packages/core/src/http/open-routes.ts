import type { buildConnector } from "undici";
import { ConnectionError, proxyUnreachable } from "./connection-error.ts";
import { type ForwardProxy, type ProxyRoutes, proxyFor } from "./proxy-routes.ts";
import { trusting, trustingConnector } from "./trusting-connector.ts";
import { tunnelThrough } from "./tunnel.ts";

/** The way to one target. */
export interface Route {
  /** The proxy that takes whole requests for the target (http without a tunnel); null where none does. */
  forwardsBy: ForwardProxy | null;
  /** Connects to the target, through a tunnel where there is one; with `forwardsBy` to that proxy. */
  connect: buildConnector.connector;
}

/** After one refused password the proxy is not asked again: more of them may lock its user. */
function untilRefused(proxy: ForwardProxy, connect: buildConnector.connector): buildConnector.connector {
  let refused: ConnectionError | null = null;
  return (to, callback) => {
    if (refused !== null) return queueMicrotask(callback.bind(null, refused, null));
    return connect(to, (...ended) => {
      const [error] = ended;
      if (proxy.user !== null && error instanceof ConnectionError && error.code === "PROXY_407")
        refused = error;
      callback(...ended);
    });
  };
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
  const tunnel =
    routes.https === null
      ? null
      : untilRefused(routes.https, tunnelThrough(routes.https, { toProxy, toTarget, timeoutMs }));
  return (target) => {
    const proxy = proxyFor(routes, target);
    if (proxy === null) return { forwardsBy: null, connect: toTarget };
    // proxies let CONNECT through to port 443, and mostly to no other: plain http is forwarded
    if (target.protocol === "https:" && tunnel !== null) return { forwardsBy: null, connect: tunnel };
    return {
      forwardsBy: proxy,
      connect: (to, callback) =>
        toProxy(to, (error, socket) =>
          error === null ? callback(null, socket) : callback(proxyUnreachable(proxy, error), null),
        ),
    };
  };
}
