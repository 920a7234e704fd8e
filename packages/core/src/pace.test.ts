import { type Simulator, startSimulator } from "@nightledger/simulator";
import { afterEach, expect, test } from "vitest";
import {
  type Cloud,
  DEFAULT_LIMITS,
  discoverTargets,
  listSecurityRisk,
  type NetworkOptions,
  openCloud,
  openNetwork,
  Pacer,
  Secret,
} from "./index.ts";
import { lane } from "./network.ts";

const limits = { ...DEFAULT_LIMITS, timeoutMs: 5000, retryMinMs: 1 };
const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function start(
  world: Parameters<typeof startSimulator>[0],
  network: Partial<NetworkOptions>,
): Promise<{ simulator: Simulator; clouds: Cloud[] }> {
  const simulator = await startSimulator(world);
  const shared = openNetwork({ concurrency: 50, limits, quota: null, ...network });
  open.push(
    () => shared.close(),
    () => simulator.close(),
  );
  const clouds = simulator.world.accounts.map(({ name, ak, sk }) =>
    openCloud({
      account: name,
      credential: { kind: "key", ak, sk: new Secret(sk) },
      endpoints: { iam: simulator.url, eps: simulator.url, hss: simulator.url },
      limits,
      network: shared,
    }),
  );
  return { simulator, clouds };
}

/** Asks for every project of every account, all at once. */
async function askAll(clouds: readonly Cloud[]): Promise<number> {
  const asked = clouds.map(async (cloud) => {
    const { targets } = await discoverTargets(cloud, { enterpriseProjects: "all_granted_eps" });
    return await Promise.all(targets.map((target, rank) => listSecurityRisk(cloud, target, { rank })));
  });
  return (await Promise.all(asked)).flat().length;
}

const refusals = ({ requests }: Simulator) => requests.filter(({ status }) => status === 429).length;

test("who knows the quota is never refused", async () => {
  const limit = { calls: 5, windowMs: 100 };
  const { simulator, clouds } = await start({ projects: 40, limit }, { quota: limit });
  expect(await askAll(clouds)).toBe(39);
  expect(refusals(simulator)).toBe(0);
});

test("accounts behind one address share its quota; each address brings its own", async () => {
  const limit = { calls: 5, windowMs: 100 };
  const egress = ["127.0.0.2", "127.0.0.3"];
  const { simulator, clouds } = await start({ accounts: 2, projects: 40, limit }, { quota: limit, egress });
  expect(await askAll(clouds)).toBe(39);
  expect(refusals(simulator)).toBe(0);
  const asked = simulator.requests.filter(({ path }) => path.startsWith("/v5/"));
  expect([...new Set(asked.map(({ remoteAddress }) => remoteAddress))].sort()).toEqual(egress);
});

test.each([
  ["the words of a refusal", { throttleCode: "APIG.0308" as const }],
  ["refused calls that count", { countRefused: true }],
])("a quota that nobody told is learned, with %s", async (_, options) => {
  const { simulator, clouds } = await start(
    { projects: 12, limit: { calls: 3, windowMs: 1000 }, ...options },
    { concurrency: 4 },
  );
  expect(await askAll(clouds)).toBe(11);
  expect(refusals(simulator)).toBeGreaterThan(0);
  // four calls were under way when the first was refused; nothing is tried blindly after that
  expect(refusals(simulator)).toBeLessThan(8);
});

test("a place that is left while somebody looks for one is found", async () => {
  // so short a window that places are left in the middle of looking, as they are on a busy machine
  const { pace } = openNetwork({ concurrency: 10, limits, quota: { calls: 1, windowMs: 0.02 } });
  const lanes = { all: [lane.user("ListSecurityRisk", "here", "acme")], oneOf: ["address"] };
  let taken = 0;
  const take = async () => {
    const turn = await pace.take(lanes, 0);
    taken += 1;
    turn.done();
  };
  await Promise.all(Array.from({ length: 1000 }, take));
  expect(taken).toBe(1000);
});

test("a call that waits for its turn can be given up", async () => {
  const hour = { calls: 1, windowMs: 3_600_000 };
  const { clouds } = await start({ projects: 3, limit: hour }, { quota: hour });
  const [cloud] = clouds as [Cloud];
  const { targets } = await discoverTargets(cloud, { enterpriseProjects: "all_granted_eps" });
  const [first, second] = targets;
  if (first === undefined || second === undefined) throw new Error("two targets are needed");
  await listSecurityRisk(cloud, first);
  const stop = new AbortController();
  const waiting = listSecurityRisk(cloud, second, { signal: stop.signal });
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
});

test("a moment that passed meanwhile is no warning on stderr", async () => {
  const warnings: string[] = [];
  const hear = ({ name }: Error) => warnings.push(name);
  process.on("warning", hear);
  // each look at so many queues takes longer than the window of the lane that all of them need
  const pacer = new Pacer((name) => (name === "all" ? { calls: 1, windowMs: 1 } : null));
  const turns = Array.from({ length: 400 }, async (_, nth) => {
    const turn = await pacer.take({ all: ["all"], oneOf: [`way ${nth}`] }, 0);
    turn.done();
  });
  await Promise.all(turns);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", hear);
  expect(warnings).toEqual([]);
});
