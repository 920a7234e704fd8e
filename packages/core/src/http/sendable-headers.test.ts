import { type Simulator, startSimulator } from "@nightledger/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cloud, DEFAULT_LIMITS, openCloud } from "../cloud.ts";
import { discoverTargets } from "../discover-targets.ts";
import { listSecurityRisk } from "../list-security-risk.ts";
import { type Network, openNetwork } from "../network.ts";
import { Secret } from "../secret.ts";

let simulator: Simulator;
let network: Network;

beforeAll(async () => {
  simulator = await startSimulator({ accounts: 1, projects: 1, limit: null });
  network = openNetwork({ concurrency: 1, limits: DEFAULT_LIMITS, quota: null });
});
afterAll(async () => {
  await network.close();
  await simulator.close();
});

function cloudOf(given: { ak?: string; securityToken?: Secret }): Cloud {
  const [account] = simulator.world.accounts;
  if (account === undefined) throw new Error("the world has an account");
  const endpoints = { iam: simulator.url, eps: simulator.url, hss: simulator.url };
  const credential = { kind: "key" as const, ak: account.ak, sk: new Secret(account.sk), ...given };
  return openCloud({ account: "acme", credential, endpoints, limits: DEFAULT_LIMITS, network });
}

const discovered = (cloud: Cloud) =>
  discoverTargets(cloud, { enterpriseProjects: "all_granted_eps" }).catch((error: unknown) => error);

test.each([
  ["a line break in its id", { ak: "canary\nAK" }, "authorization", "credential.ak"],
  ["an id that is no Latin-1", { ak: "canary\u{1f511}" }, "authorization", "credential.ak"],
  [
    "a line break in its token",
    { securityToken: new Secret("canary\r\n") },
    "x-security-token",
    "credential.securityToken",
  ],
])("a key with %s is a failure of the credential, and nothing is sent", async (_, given, header, setting) => {
  const before = simulator.requests.length;
  const error = (await discovered(cloudOf(given))) as Error & { failureKind: string; attempts: number };
  expect(error).toMatchObject({ name: "UnsendableHeaderError", failureKind: "credential", attempts: 1 });
  expect(error.message.toLowerCase()).toContain(`the header ${header} cannot be sent`);
  expect(error.message).toContain(`Check ${setting} of account "acme"`);
  expect(error.message).not.toContain("canary");
  expect(simulator.requests.length).toBe(before);
});

test("an id of the cloud's that no header can carry is its answer's failure", async () => {
  const target = {
    account: "acme",
    region: "ap-southeast-1",
    projectId: "a\nb",
    projectName: "ap-southeast-1",
    enterpriseProjectId: "all_granted_eps",
  };
  await expect(listSecurityRisk(cloudOf({}), target)).rejects.toMatchObject({
    name: "UnsendableHeaderError",
    failureKind: "contract",
    message: expect.stringContaining("The header X-Project-Id cannot be sent"),
  });
});
