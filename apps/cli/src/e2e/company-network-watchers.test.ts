import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Certificate,
  type ForwardProxy,
  type ForwardProxyOptions,
  privateAuthority,
  type ReverseProxy,
  signedCertificate,
  startForwardProxy,
  startReverseProxy,
} from "@nightledger/simulator/network";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { NIGHT, type NightShift, openNightShift, QUICK } from "../test-night-shift.ts";
import { type Listener, startListener } from "../watch/test-listener.ts";

/** Is there only for those who go through the proxy. */
const HOST = "watch.example";
const PASSWORD = "p@ss:w/rd-canary";

let shift: NightShift;
let listener: Listener;
/** The listener with TLS, by its name. */
let front: ReverseProxy;
let authority: Certificate;
let proxy: ForwardProxy;

beforeEach(async () => {
  authority = await privateAuthority("Company Root 7");
  [shift, listener] = await Promise.all([openNightShift({ projects: 2 }), startListener()]);
  const to = Number(new URL(listener.url).port);
  front = await startReverseProxy({ to, tls: await signedCertificate(HOST, authority) });
  writeFileSync(join(shift.folder, "ca.pem"), authority.cert);
  writeFileSync(join(shift.folder, "password"), `${PASSWORD}\n`);
  writeFileSync(join(shift.folder, "hook"), `https://${HOST}/hooks/canary-token`);
});
afterEach(async () => {
  await Promise.all([shift.close(), listener.close(), front.close(), proxy.close()]);
});

const mailOf = () => parse(readFileSync(join(shift.folder, "nightledger.yaml"), "utf8")).mail;

/** A night whose webhook, pings and traces lead through a proxy. */
async function nightThrough(options: Partial<ForwardProxyOptions>, scheme: "https" | "http" = "https") {
  const targets = { [`${HOST}:443`]: front.port, [`${HOST}:80`]: Number(new URL(listener.url).port) };
  proxy = await startForwardProxy({ targets, credentials: `night:${PASSWORD}`, ...options });
  const at = (path: string) => `${scheme}://${HOST}${path}`;
  shift.configure({
    network: { proxy: { url: proxy.url, user: "night", password: `\${file:password}` }, ca: "ca.pem" },
    allowPlainHttp: [HOST],
    // a webhook that is deferred is not waited for
    mail: { ...mailOf(), retryMinutes: 0 },
    publish: [
      { ...QUICK, webhooks: [{ name: "chat", url: scheme === "https" ? "${file:hook}" : at("/hooks/x") }] },
    ],
    operations: {
      ping: { start: at("/start"), success: at("/success"), failure: at("/failure") },
      traces: at("/v1/traces"),
    },
  });
  const exit = await shift.command("nightly", "--date", NIGHT);
  const said = exit.out + exit.err;
  expect(said).not.toContain(PASSWORD);
  expect(said).not.toContain("canary-token");
  return { status: exit.status, said };
}

const webhooks = () =>
  shift.rows("SELECT state, answer FROM delivery_history WHERE channel = 'webhook'") as Promise<
    { state: string; answer: string }[]
  >;

test.each([
  ["https", "CONNECT watch.example:443 200"],
  ["http", "POST watch.example:80 200"],
] as const)("webhooks, pings and traces of %s go through the proxy", async (scheme, asked) => {
  const { status } = await nightThrough({}, scheme);
  expect(status).toBe(0);
  expect(listener.heard.map(({ path }) => path.replace("canary-token", "x")).sort()).toEqual([
    "/hooks/x",
    "/start",
    "/success",
    "/v1/traces",
  ]);
  expect(await webhooks()).toEqual([{ state: "sent", answer: "HTTP 200: {}" }]);
  expect(proxy.asked.map(({ method, target, status }) => `${method} ${target} ${status}`)).toContain(asked);
  expect(proxy.asked.every((one) => one.status === 200)).toBe(true);
});

test("a proxy that lets none of them through is named, and nothing was posted", async () => {
  const { said } = await nightThrough({ forbidden: [`${HOST}:443`] });
  const why = `The proxy ${proxy.url} (network.proxy) answered HTTP 403: it does not let us through to ${HOST}:443.`;
  const [webhook] = await webhooks();
  expect(webhook).toMatchObject({ state: "deferred", answer: expect.stringContaining(why) });
  for (const lost of [
    "The start ping was not heard",
    "The failure ping was not heard",
    "The traces were not taken",
  ]) {
    expect(said).toContain(
      `${lost}: ${why} Let the proxy's rules allow it, or name the host in network.noProxy."`,
    );
  }
  expect(listener.heard).toEqual([]);
});

test("doctor reaches a watchdog and a collector through the proxy", async () => {
  await nightThrough({});
  const { out } = await shift.command("doctor", "--json");
  const { findings } = JSON.parse(out) as { findings: { check: string; status: string; detail: string }[] };
  const watchers = findings.filter(({ check }) => check === "watchdog" || check === "traces");
  expect(watchers.map(({ status, detail }) => `${status} ${detail}`)).toEqual(
    Array(4).fill(`ok ${HOST}:443 takes connections through the proxy ${proxy.url}; nothing was asked.`),
  );
});
