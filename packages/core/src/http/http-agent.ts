import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Duplex } from "node:stream";
import { openRoutes } from "./open-routes.ts";
import { type ForwardProxy, type ProxyRoutes, proxyAuthorization } from "./proxy-routes.ts";
import { addressOf } from "./tunnel.ts";

/** How an agent of Node.js makes its connections. */
type Connect = (options: object, callback?: (error: Error | null, socket: Duplex) => void) => Duplex | null;

/** The variables by which Node.js makes requests for a proxy; the connection to it is ours all the same. */
function forwarding(proxy: ForwardProxy): NodeJS.ProcessEnv {
  const url = new URL(proxy.url);
  if (proxyAuthorization(proxy) !== null) {
    url.username = encodeURIComponent(proxy.user ?? "");
    url.password = encodeURIComponent(proxy.password?.reveal() ?? "");
  }
  return { http_proxy: url.href };
}

/** An agent of `node:http` or `node:https` for one target, which goes the way that the routes say: for libraries that make their requests with these modules. */
export function httpAgentFor(routes: ProxyRoutes, target: URL, timeoutMs: number): HttpAgent {
  const { forwardsBy, connect } = openRoutes(routes, timeoutMs, { allowH2: false })(target);
  const to = addressOf(forwardsBy === null ? target : new URL(forwardsBy.url));
  const agent =
    target.protocol === "https:"
      ? new HttpsAgent()
      : new HttpAgent(forwardsBy === null ? {} : { proxyEnv: forwarding(forwardsBy) });
  const createConnection: Connect = (_, callback) => {
    connect(to, (error, socket) => callback?.(error, socket as Duplex));
    return null;
  };
  return Object.assign(agent, { createConnection });
}
