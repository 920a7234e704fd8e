import { request } from "node:http";
import type { Socket } from "node:net";
import type { buildConnector } from "undici";
import { proxyBroken, proxyRefusal, proxySilent, proxyUnreachable } from "./connection-error.ts";
import { type ForwardProxy, proxyAuthorization } from "./proxy-routes.ts";

type Connector = buildConnector.connector;

/** Sends CONNECT over a connection to a proxy. @throws ConnectionError */
async function askForTunnel(
  socket: Socket,
  proxy: ForwardProxy,
  target: string,
  timeoutMs: number,
): Promise<void> {
  const authorization = proxyAuthorization(proxy);
  const asked = request({
    createConnection: () => socket,
    method: "CONNECT",
    path: target,
    headers: { host: target, ...(authorization !== null && { "proxy-authorization": authorization }) },
  });
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(proxySilent(proxy, target, timeoutMs)), timeoutMs);
      asked.once("connect", ({ statusCode = 0, headers }) => {
        clearTimeout(timer);
        const challenge = String(headers["proxy-authenticate"] ?? "");
        if (statusCode >= 200 && statusCode < 300) resolve();
        else reject(proxyRefusal(proxy, target, { status: statusCode, challenge }));
      });
      asked.once("error", (error) => {
        clearTimeout(timer);
        reject(proxyBroken(proxy, target, error));
      });
      asked.end();
    });
  } catch (error) {
    socket.on("error", () => {}).destroy();
    throw error;
  }
}

/** Where a URL leads, as a connector takes it. */
export function addressOf({ protocol, hostname, host, port }: URL): buildConnector.Options {
  return {
    protocol,
    host,
    hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? (protocol === "https:" ? "443" : "80") : port,
  };
}

/** `host:port` of a target, as CONNECT names it. */
const targetOf = ({ host, hostname, protocol, port }: buildConnector.Options): string => {
  const name = host ?? hostname;
  return /:\d+$/.test(name) ? name : `${name}:${port || (protocol === "https:" ? 443 : 80)}`;
};

/** Connects to a target through a proxy's CONNECT (RFC 9110, 9.3.6). `toProxy` must not offer HTTP/2. */
export function tunnelThrough(
  proxy: ForwardProxy,
  { toProxy, toTarget, timeoutMs }: { toProxy: Connector; toTarget: Connector; timeoutMs: number },
): Connector {
  return (options, callback) => {
    const local = options.localAddress == null ? {} : { localAddress: options.localAddress };
    toProxy({ ...addressOf(new URL(proxy.url)), ...local }, (error, socket) => {
      if (error !== null) return void callback(proxyUnreachable(proxy, error), null);
      askForTunnel(socket, proxy, targetOf(options), timeoutMs).then(
        () =>
          options.protocol === "https:"
            ? toTarget({ ...options, httpSocket: socket }, callback)
            : callback(null, socket),
        (refused: Error) => callback(refused, null),
      );
    });
  };
}
