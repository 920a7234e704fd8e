import { openRoutes } from "./open-routes.ts";
import type { ProxyRoutes } from "./proxy-routes.ts";
import { addressOf } from "./tunnel.ts";

/**
 * Connects to where a URL leads, as a request would, and sends nothing; of http through a proxy, to the proxy.
 *
 * @throws ConnectionError, and errors of Node.js for a target that cannot be reached directly
 */
export async function reach(routes: ProxyRoutes, url: URL, timeoutMs: number): Promise<void> {
  const { connect, forwardsBy } = openRoutes(routes, timeoutMs)(url);
  await new Promise<void>((resolve, reject) => {
    connect(addressOf(forwardsBy === null ? url : new URL(forwardsBy.url)), (error, socket) => {
      if (error !== null) return reject(error);
      socket.on("error", () => {}).destroy();
      return resolve();
    });
  });
}
