import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import {
  type Certificate,
  type ForwardProxy,
  type ForwardProxyOptions,
  privateAuthority,
  type ReverseProxy,
  type ReverseProxyOptions,
  signedCertificate,
  startForwardProxy,
  startReverseProxy,
} from "@nightledger/simulator/network";
import { openReader } from "@nightledger/store";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { type Exit, runHere } from "../test-command.ts";
import { writeSimulatorConfig } from "../write-simulator-config.ts";

const DATE = "2026-11-24";
/** Is there only for those who go through the proxy. */
const CLOUD = "cloud.example";
/** Leads to this host, and counts as another one: loopback never goes through a proxy. */
const ELSEWHERE = "0.0.0.0";
const PASSWORD = "p@ss:w/rd-canary";

let folder: string;
let simulator: Simulator;
let authority: Certificate;
/** The cloud with TLS, by its name. */
let front: ReverseProxy;
const closing: { close(): Promise<void> }[] = [];

const portOf = (url: string): number => Number(new URL(url).port);

beforeAll(async () => {
  authority = await privateAuthority("Company Root 7");
  simulator = await startSimulator({ accounts: 1, projects: 2, limit: null, date: DATE });
  front = await startReverseProxy({
    to: portOf(simulator.url),
    tls: await signedCertificate(CLOUD, authority),
  });
});
afterAll(async () => {
  await front.close();
  await simulator.close();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-network-"));
  writeSimulatorConfig(simulator, join(folder, "simulator.yaml"));
  writeFileSync(join(folder, "ca.pem"), authority.cert);
  writeFileSync(join(folder, "password"), `${PASSWORD}\n`);
  return async () => {
    await Promise.all(closing.splice(0).map((one) => one.close()));
    rmSync(folder, { recursive: true });
  };
});

async function forwardProxy(options: Partial<ForwardProxyOptions> = {}): Promise<ForwardProxy> {
  const targets = { [`${CLOUD}:443`]: front.port, [`${CLOUD}:80`]: portOf(simulator.url) };
  const proxy = await startForwardProxy({ targets, ...options });
  closing.push(proxy);
  return proxy;
}

async function reverseProxy(options: Omit<ReverseProxyOptions, "to">): Promise<ReverseProxy> {
  const proxy = await startReverseProxy({ to: portOf(simulator.url), ...options });
  closing.push(proxy);
  return proxy;
}

type Endpoint = string | { url: string; signedHost: string };

const everywhere = (endpoint: Endpoint) => ({ iam: endpoint, eps: endpoint, hss: endpoint });

interface Given {
  endpoints: object;
  env?: NodeJS.ProcessEnv;
  settings?: object;
}

async function nightledger({ endpoints, env = {}, settings = {} }: Given, ...args: string[]): Promise<Exit> {
  const read = parse(readFileSync(join(folder, "simulator.yaml"), "utf8"));
  const accounts = read.accounts.map((account: object) => ({ ...account, endpoints }));
  const config = { ...read, accounts, ...settings };
  writeFileSync(join(folder, "nightledger.yaml"), stringify(config, { aliasDuplicateObjects: false }));
  const exit = await runHere(folder, args, undefined, env);
  expect(exit.out + exit.err).not.toContain(PASSWORD);
  expect(exit.out + exit.err).not.toContain(encodeURIComponent(PASSWORD));
  return exit;
}

/** A night; what it left on record. */
async function night(given: Given): Promise<{ status: number | null; said: string; outcomes: unknown[] }> {
  const { status, out, err } = await nightledger(given, "ingest", "--date", DATE);
  const reader = await openReader(join(folder, "nightledger.db"));
  try {
    const rows = reader.db.selectFrom("coverage_target_daily").select(["outcome", "failure_kind", "detail"]);
    return { status, said: out + err, outcomes: await rows.execute() };
  } finally {
    await reader.close();
  }
}

const FRESH = { outcome: "fresh", failure_kind: null, detail: null };
const COMPLETE = { status: 0, outcomes: [FRESH, FRESH] };

const HTTPS = everywhere(`https://${CLOUD}`);
const HTTP = everywhere(`http://${CLOUD}`);
const TRUSTED = { ca: "ca.pem" };

const askedOf = ({ asked }: ForwardProxy) => [
  ...new Set(asked.map(({ method, target, status }) => `${method} ${target} ${status}`)),
];

test("a night goes through the proxy of network.proxy", async () => {
  const proxy = await forwardProxy();
  const settings = { network: { ...TRUSTED, proxy: proxy.url } };
  expect(await night({ endpoints: HTTPS, settings })).toMatchObject(COMPLETE);
  expect(askedOf(proxy)).toEqual([`CONNECT ${CLOUD}:443 200`]);
});

test("a night of plain http goes through it in absolute form", async () => {
  const proxy = await forwardProxy({ credentials: `night:${PASSWORD}` });
  const network = { proxy: { url: proxy.url, user: "night", password: `\${file:password}` } };
  const settings = { network, allowPlainHttp: [CLOUD] };
  expect(await night({ endpoints: HTTP, settings })).toMatchObject(COMPLETE);
  expect(askedOf(proxy)).toEqual([`GET ${CLOUD}:80 200`]);
});

test.each(["HTTPS_PROXY", "https_proxy"])(
  "a night goes through the proxy of %s, with its credentials",
  async (name) => {
    const proxy = await forwardProxy({ credentials: `night:${PASSWORD}` });
    const env = { [name]: `http://night:${encodeURIComponent(PASSWORD)}@127.0.0.1:${proxy.port}` };
    expect(await night({ endpoints: HTTPS, env, settings: { network: TRUSTED } })).toMatchObject(COMPLETE);
    expect(askedOf(proxy)).toEqual([`CONNECT ${CLOUD}:443 200`]);
  },
);

test("a proxy with TLS of the company's own authority carries a night, from the source address of egress", async () => {
  const proxy = await forwardProxy({ tls: await signedCertificate("127.0.0.1", authority) });
  const settings = { network: { ...TRUSTED, proxy: proxy.url }, egress: ["127.0.0.2"] };
  expect(await night({ endpoints: HTTPS, settings })).toMatchObject(COMPLETE);
  expect(new Set(proxy.asked.map(({ from }) => from.replace("::ffff:", "")))).toEqual(new Set(["127.0.0.2"]));
});

test.each([
  ["NO_PROXY", () => ({ env: { NO_PROXY: `intranet.example,${ELSEWHERE}:${portOf(simulator.url)}` } })],
  ["network.noProxy", () => ({ settings: { network: { noProxy: [ELSEWHERE] } } })],
  ["network.proxy: off", () => ({ settings: { network: { proxy: "off" } } })],
] as const)("%s leads past the proxy", async (_, past) => {
  const proxy = await forwardProxy();
  const given: { env?: object; settings?: object } = past();
  const env = { HTTP_PROXY: proxy.url, ...given.env };
  const settings = { allowPlainHttp: [ELSEWHERE], ...given.settings };
  const endpoints = everywhere(`http://${ELSEWHERE}:${portOf(simulator.url)}`);
  expect(await night({ endpoints, env, settings })).toMatchObject(COMPLETE);
  expect(proxy.asked).toEqual([]);
});

test("the configuration's proxy goes before that of the environment", async () => {
  const [proxy, other] = [await forwardProxy(), await forwardProxy()];
  const env = { HTTPS_PROXY: other.url, https_proxy: other.url };
  const settings = { network: { ...TRUSTED, proxy: proxy.url } };
  expect(await night({ endpoints: HTTPS, env, settings })).toMatchObject(COMPLETE);
  expect(other.asked).toEqual([]);
});

test("a proxy that inspects TLS carries a night once its authority is named", async () => {
  const targets = { [`${CLOUD}:443`]: portOf(simulator.url) };
  const inspecting = await privateAuthority("Inspection CA");
  const proxy = await forwardProxy({ targets, inspectsWith: inspecting });
  const refused = await night({ endpoints: HTTPS, settings: { network: { proxy: proxy.url } } });
  expect(refused.status).toBe(4);
  expect(refused.said).toContain(
    `The certificate of ${CLOUD} is signed by "Inspection CA", which is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE). If a proxy of yours inspects TLS, or the authority is your own, name its certificate in network.ca.`,
  );
  // an untrusted certificate does not mend itself: one attempt, not four
  expect(proxy.asked.length).toBe(1);
  writeFileSync(join(folder, "ca.pem"), `${authority.cert}\n${inspecting.cert}`);
  const settings = { network: { ...TRUSTED, proxy: proxy.url } };
  expect(await night({ endpoints: HTTPS, settings })).toMatchObject(COMPLETE);
});

test.each([
  ["has no port open", "cannot be reached (ECONNREFUSED", {}, 4],
  [
    "asks for credentials",
    "answered HTTP 407: it asks for a user and a password. Give them as network.proxy.user and network.proxy.password.",
    { credentials: "night:x" },
    1,
  ],
  [
    "asks for what we do not have",
    "answered HTTP 407: it asks for Negotiate or NTLM, and nightledger has Basic only.",
    { credentials: "night:x", challenge: "Negotiate, NTLM" },
    1,
  ],
  [
    "forbids the target",
    `answered HTTP 403: it does not let us through to ${CLOUD}:443.`,
    { forbidden: [`${CLOUD}:443`] },
    1,
  ],
  [
    "does not answer",
    `did not answer within 300 ms when asked for a connection to ${CLOUD}:443.`,
    { insteadOfAnswer: "silence" as const },
    4,
  ],
  [
    "hangs up",
    `broke the connection off when asked for one to ${CLOUD}:443 (ECONNRESET).`,
    { insteadOfAnswer: "close" as const },
    4,
  ],
  ["cannot reach the target", `answered HTTP 502: it cannot reach ${CLOUD}:443.`, { targets: {} }, 4],
])("a proxy that %s is named as the hop that failed", async (_, sentence, options, attempts) => {
  const proxy = await forwardProxy(options);
  const { url } = proxy;
  if (sentence.includes("ECONNREFUSED")) await closing.pop()?.close();
  const { status, said } = await night({
    endpoints: HTTPS,
    settings: {
      network: { ...TRUSTED, proxy: url },
      request: { retryMinMs: 10, timeoutMs: sentence.includes("300 ms") ? 300 : 30_000 },
    },
  });
  expect(status).toBe(4);
  expect(said).toContain(`No answer from https://${CLOUD}. The proxy ${url} (network.proxy) ${sentence}`);
  if (!sentence.includes("ECONNREFUSED")) expect(proxy.asked.length).toBe(attempts);
});

test("the proxy's own certificate is named where nobody trusts it", async () => {
  const proxy = await forwardProxy({ tls: await signedCertificate("127.0.0.1", authority) });
  const { status, said } = await night({ endpoints: HTTPS, settings: { network: { proxy: proxy.url } } });
  expect(status).toBe(4);
  expect(said).toContain(
    `TLS to the proxy fails (network.proxy). The certificate of 127.0.0.1:${proxy.port} is signed by "Company Root 7", which is not trusted`,
  );
});

test("wrong credentials in a variable are refused without being shown", async () => {
  const proxy = await forwardProxy({ credentials: "night:another" });
  const env = { HTTPS_PROXY: `http://night:${encodeURIComponent(PASSWORD)}@127.0.0.1:${proxy.port}` };
  const { status, said } = await night({ endpoints: HTTPS, env, settings: { network: TRUSTED } });
  expect(status).toBe(4);
  expect(said).toContain(
    `The proxy ${proxy.url} (HTTPS_PROXY) answered HTTP 407: it refuses the user or the password.`,
  );
  expect(proxy.asked.length).toBe(1);
});

test("a reverse proxy that strips its path and rewrites the host is signed for the host behind it", async () => {
  const host = "api.cloud.example";
  const proxy = await reverseProxy({
    host,
    prefixes: ["/iam", "/eps", "/hss/ap-southeast-1", "/hss/ap-southeast-3"],
  });
  const at = (path: string) => ({ url: `http://127.0.0.1:${proxy.port}${path}`, signedHost: host });
  const endpoints = { iam: at("/iam"), eps: at("/eps/"), hss: at("/hss/{region}") };
  const settings = {};
  expect(await night({ endpoints, settings })).toMatchObject(COMPLETE);
  expect(proxy.asked[0]).toBe("/iam/v3/auth/projects");
  expect(proxy.asked.slice(1).every((path) => /^\/hss\/ap-southeast-\d\/v5\//.test(path))).toBe(true);
  const unsigned = everywhere(`http://127.0.0.1:${proxy.port}/iam`);
  const refused = await nightledger(
    { endpoints: unsigned, settings: { database: "./b.db" } },
    "ingest",
    "--date",
    DATE,
  );
  expect(refused.out + refused.err).toContain("is refused: HTTP 401, APIGW.0301");
});

test("doctor names the proxy, and which calls go through it, without the credentials", async () => {
  const proxy = await forwardProxy({ credentials: `night:${PASSWORD}` });
  const network = { ...TRUSTED, proxy: { url: proxy.url, user: "night", password: `\${file:password}` } };
  const { out } = await nightledger({ endpoints: HTTPS, settings: { network } }, "doctor", "--json");
  const { findings } = JSON.parse(out) as { findings: { check: string; subject: string; detail: string }[] };
  const of = (check: string) => findings.filter((finding) => finding.check === check);
  expect(of("proxy")).toEqual([
    {
      check: "proxy",
      subject: proxy.url,
      status: "ok",
      detail:
        "It takes connections. network.proxy names it, with a user and a password, for https and http; not for loopback.",
    },
  ]);
  expect(of("endpoint")).toMatchObject([
    {
      subject: `https://${CLOUD}`,
      detail: expect.stringContaining(` through the proxy ${proxy.url} (network.proxy).`),
    },
  ]);
  expect(of("credential")).toMatchObject([{ status: "ok" }]);
});
