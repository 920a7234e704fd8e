import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Certificate } from "./certificates.ts";

export interface ReverseProxyOptions {
  /** The port of this host that it sends everything to. */
  to: number;
  /** The host that it puts in place of its own; left out, it leaves the Host header as it came. */
  host?: string;
  /** The paths that it takes, such as `/iam`, which it strips; anything else is 404. Default: all, as they come. */
  prefixes?: readonly string[];
  /** Its certificate; left out, it is spoken to without TLS. */
  tls?: Certificate;
}

/** A reverse proxy in front of the cloud, simulated: a real HTTP server. */
export interface ReverseProxy {
  port: number;
  /** The paths that it was asked for, as they came. */
  asked: string[];
  close(): Promise<void>;
}

function stripped(path: string, prefixes: readonly string[] | undefined): string | null {
  if (prefixes === undefined) return path;
  const prefix = prefixes.find((each) => path.startsWith(`${each}/`));
  return prefix === undefined ? null : path.slice(prefix.length);
}

export async function startReverseProxy({
  to,
  host,
  prefixes,
  tls,
}: ReverseProxyOptions): Promise<ReverseProxy> {
  const asked: string[] = [];
  const take = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { method, url = "/" } = incoming;
    asked.push(url);
    const path = stripped(url, prefixes);
    if (path === null) return void outgoing.writeHead(404).end();
    const headers = { ...incoming.headers, ...(host !== undefined && { host }) };
    const onward = request({ host: "127.0.0.1", port: to, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  };
  const server = tls === undefined ? createServer(take) : createTlsServer(tls, take);
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
