import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ProxyAgent, request } from "undici";
import { afterEach, beforeEach, expect, test } from "vitest";
import { privateAuthority } from "./certificates.ts";
import { type ForwardProxy, type ForwardProxyOptions, startForwardProxy } from "./forward-proxy.ts";

let server: Server;
let proxy: ForwardProxy;

beforeEach(async () => {
  server = createServer((incoming, outgoing) => outgoing.end(`${incoming.headers.host} ${incoming.url}`));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await Promise.all([proxy.close(), new Promise((resolve) => server.close(resolve))]);
});

async function through(
  url: string,
  options: Partial<ForwardProxyOptions>,
  client: Partial<ProxyAgent.Options> = {},
) {
  const { port } = server.address() as AddressInfo;
  proxy = await startForwardProxy({ targets: { "a.example:80": port, "a.example:443": port }, ...options });
  const agent = new ProxyAgent({ uri: proxy.url, ...client });
  try {
    const answer = await request(url, { dispatcher: agent });
    return `${answer.statusCode} ${await answer.body.text()}`;
  } finally {
    await agent.destroy();
  }
}

test("forwards a request in absolute form, and a tunnel", async () => {
  expect(await through("http://a.example/x?y=1", {})).toBe("200 a.example /x?y=1");
  await proxy.close();
  expect(await through("http://a.example/x", {}, { proxyTunnel: true })).toBe("200 a.example /x");
  expect(proxy.asked).toMatchObject([{ method: "CONNECT", target: "a.example:80", status: 200 }]);
});

test("opens a tunnel with a certificate of its own authority, and sends what is in it on", async () => {
  const inspectsWith = await privateAuthority("Inspection CA");
  const requestTls = { ca: inspectsWith.cert };
  expect(await through("https://a.example/x", { inspectsWith }, { requestTls })).toBe("200 a.example /x");
  await proxy.close();
  await expect(through("https://a.example/x", { inspectsWith })).rejects.toThrow(/certificate/);
});

test("asks for credentials, and refuses what is forbidden or unknown", async () => {
  await expect(through("https://a.example/", { credentials: "u:p" })).rejects.toThrow(/407/);
  await proxy.close();
  const token = `Basic ${Buffer.from("u:p").toString("base64")}`;
  expect(await through("http://a.example/x", { credentials: "u:p" }, { token })).toBe("200 a.example /x");
  await proxy.close();
  expect(await through("http://a.example/", { forbidden: ["a.example:80"] })).toBe("403 ");
  await proxy.close();
  expect(await through("http://b.example/", {})).toBe("502 ");
});
