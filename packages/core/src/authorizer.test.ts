import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
  type WorldAccount,
} from "@nightledger/simulator";
import { afterEach, expect, test } from "vitest";
import {
  type Credential,
  DEFAULT_LIMITS,
  discoverTargets,
  listSecurityRisk,
  type Network,
  openCloud,
  openNetwork,
  Secret,
} from "./index.ts";

const limits = { ...DEFAULT_LIMITS, timeoutMs: 5000, retryMinMs: 1 };

let simulator: Simulator;
let network: Network;

async function start(options: SimulatorOptions = {}): Promise<WorldAccount> {
  simulator = await startSimulator({ accounts: 2, projects: 8, limit: null, ...options });
  network = openNetwork({ concurrency: 20, limits, quota: null });
  return simulator.world.accounts[0] as WorldAccount;
}

afterEach(async () => {
  await network.close();
  await simulator.close();
});

const open = (account: WorldAccount, credential: Credential) =>
  openCloud({
    account: account.name,
    credential,
    endpoints: { iam: simulator.url, eps: simulator.url, hss: simulator.url },
    limits,
    network,
  });

const byKey = ({ ak, sk }: WorldAccount): Credential => ({ kind: "key", ak, sk: new Secret(sk) });
const byPassword = ({ name, userName, password }: WorldAccount) => ({
  kind: "password" as const,
  domainName: name,
  userName,
  password: new Secret(password),
});

/** Discovers and asks for every project at once: how each ended. */
async function askAll(cloud: ReturnType<typeof open>): Promise<string[]> {
  const { targets } = await discoverTargets(cloud, { enterpriseProjects: "all_granted_eps" });
  const asked = targets.map((target) =>
    listSecurityRisk(cloud, target).then(
      () => "fresh",
      (error: { failureKind?: string }) => error.failureKind ?? String(error),
    ),
  );
  return await Promise.all(asked);
}

const callsTo = (path: string) =>
  simulator.requests.filter((request) => request.path.startsWith(path)).length;
const FRESH = ["fresh", "fresh", "fresh", "fresh"];

test("a permanent key reads every project", async () => {
  const account = await start();
  expect(await askAll(open(account, byKey(account)))).toEqual(FRESH);
  expect(callsTo("/v3/auth/tokens")).toBe(0);
});

test("a temporary key goes with its security token, and nowhere without", async () => {
  const account = await start();
  const { ak, sk, securityToken } = account.temporaryKey;
  const key: Credential = { kind: "key", ak, sk: new Secret(sk), securityToken: new Secret(securityToken) };
  expect(await askAll(open(account, key))).toEqual(FRESH);
  const without: Credential = { kind: "key", ak, sk: new Secret(sk) };
  await expect(askAll(open(account, without))).rejects.toMatchObject({ failureKind: "credential" });
});

test("a password gets one token for each project and one for the account, and keeps them", async () => {
  const account = await start();
  const cloud = open(account, byPassword(account));
  expect(await askAll(cloud)).toEqual(FRESH);
  expect(callsTo("/v3/auth/tokens")).toBe(5);
  expect(await askAll(cloud)).toEqual(FRESH);
  expect(callsTo("/v3/auth/tokens")).toBe(5);
});

test("an agency reads the account that delegates", async () => {
  await start();
  const [operator, delegating] = simulator.world.accounts as [WorldAccount, WorldAccount];
  const agency: Credential = {
    kind: "agency",
    domainName: delegating.name,
    agencyName: delegating.agencyName,
    by: byPassword(operator),
  };
  expect(await askAll(open(delegating, agency))).toEqual(FRESH);
  const unknown = open(delegating, { ...agency, agencyName: "nonsense" });
  await expect(askAll(unknown)).rejects.toMatchObject({ failureKind: "permission" });
});

test("a token that is refused as too old is renewed once, not again and again", async () => {
  const account = await start({ tokenLifeMs: -1 });
  await expect(askAll(open(account, byPassword(account)))).rejects.toMatchObject({
    failureKind: "credential",
  });
  // one token, refused as too old; one more, refused again; no third
  expect(callsTo("/v3/auth/tokens")).toBe(2);
  expect(callsTo("/v3/auth/projects")).toBe(2);
});

test("a token that is revoked meanwhile is renewed once, and the call is made again", async () => {
  const account = await start();
  const cloud = open(account, byPassword(account));
  expect(await askAll(cloud)).toEqual(FRESH);
  simulator.revokeTokens();
  simulator.clearRequests();
  expect(await askAll(cloud)).toEqual(FRESH);
  expect(callsTo("/v3/auth/tokens")).toBe(5);
  expect(callsTo("/v5/")).toBe(8);
});

test("a regional token is refused in other regions: those projects are missing, the others are not", async () => {
  const account = await start({ iamRegion: "ap-southeast-3" });
  const outcomes = await askAll(open(account, byPassword(account)));
  expect(outcomes.sort()).toEqual(["credential", "credential", "fresh", "fresh"]);
});

test("a wrong password is tried once", async () => {
  const account = await start();
  const cloud = open(account, { ...byPassword(account), password: new Secret("wrong") });
  await expect(askAll(cloud)).rejects.toMatchObject({ failureKind: "credential" });
  await expect(askAll(cloud)).rejects.toMatchObject({ failureKind: "credential" });
  expect(simulator.requests.length).toBe(1);
});

test("a key that is switched off in mid-run is refused five times at most, and never locked", async () => {
  const account = await start({ accounts: 1, projects: 100 });
  const cloud = open(account, byKey(account));
  const { targets } = await discoverTargets(cloud, { enterpriseProjects: "all_granted_eps" });
  simulator.disableKey(account.ak);
  const outcomes = await Promise.allSettled(targets.map((target) => listSecurityRisk(cloud, target)));
  expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
  expect(callsTo("/v5/")).toBeLessThanOrEqual(5);
});
