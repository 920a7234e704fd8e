import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { discoverTargets, listSecurityRisk } from "@nightledger/core";
import {
  BODY_FAULTS,
  type FaultProfile,
  type Simulator,
  startSimulator,
  WIRE_FAULTS,
} from "@nightledger/simulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { openAccounts } from "./accounts.ts";
import { readConfig } from "./config.ts";
import { run } from "./run.ts";

const DATE = "2026-11-24";
/** A refused key is not used again, so that fault comes last. */
const FAULTS = [...WIRE_FAULTS.filter((fault) => fault !== "unauthorized"), ...BODY_FAULTS, "unauthorized"];

/** Every project of the first account, which has each second one, is struck by a fault of its own on every call. */
const everyFault: FaultProfile = {
  faults: FAULTS.map((fault, index) => ({ fault, project: 2 * index + 1, delayMs: 20 })),
};

let folder: string;
let simulator: Simulator;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-secrets-"));
  mkdirSync(join(folder, "secrets"));
  simulator = await startSimulator({ accounts: 2, projects: 2 * FAULTS.length, limit: null });
});

afterEach(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});

const owner = () => simulator.world.accounts[0] ?? expect.fail("The world has an account.");
const helper = () => simulator.world.accounts[1] ?? expect.fail("The world has two accounts.");

const CREDENTIALS = {
  "a key": () => ({ ak: "${env:AK}", sk: "${env:SK}" }),
  "a temporary key": () => ({
    ak: "${file:secrets/ak}",
    sk: "${file:secrets/sk}",
    securityToken: "${file:secrets/token}",
  }),
  "a password": () => ({ domain: owner().name, user: owner().userName, password: "${env:PASSWORD}" }),
  "an agency": () => ({
    domain: helper().name,
    user: helper().userName,
    password: "${env:HELPER_PASSWORD}",
    agency: { domain: owner().name, name: owner().agencyName },
  }),
} as const;
type Kind = keyof typeof CREDENTIALS;
const KINDS = Object.keys(CREDENTIALS) as Kind[];
const OPERATIONS = ["KeystoneCreateUserToken", "KeystoneListAuthProjects", "ListEnterpriseProject"] as const;

function configure(kind: Kind): { file: string; env: Record<string, string> } {
  const { ak, sk, securityToken } = owner().temporaryKey;
  for (const [name, value] of Object.entries({ ak, sk, token: securityToken })) {
    writeFileSync(join(folder, "secrets", name), value);
  }
  const file = join(folder, "nightledger.yaml");
  const { url } = simulator;
  const account = {
    name: "acme",
    credential: CREDENTIALS[kind](),
    endpoints: { iam: url, eps: url, hss: url },
  };
  const request = {
    concurrency: 16,
    timeoutMs: 100,
    retries: 0,
    retryMinMs: 1,
    quota: "off",
    maxBodyBytes: 100_000,
  };
  const settings = {
    timeZone: "UTC",
    database: "./ledger.db",
    accounts: [account],
    request,
    allowAnyDate: true,
  };
  writeFileSync(file, stringify({ ...settings, reconcile: "score" }));
  const { password } = owner();
  return {
    file,
    env: { AK: owner().ak, SK: owner().sk, PASSWORD: password, HELPER_PASSWORD: helper().password },
  };
}

/** Every secret there is: those of the configuration, and the tokens that were sent in the meantime. */
function canaries(): string[] {
  const secrets = simulator.world.accounts.flatMap(({ sk, password, temporaryKey }) => [
    sk,
    password,
    temporaryKey.sk,
    temporaryKey.securityToken,
  ]);
  const sent = simulator.requests.flatMap(({ headers }) => [
    headers["x-auth-token"] ?? "",
    /Signature=(\w+)/.exec(headers.authorization ?? "")?.[1] ?? "",
  ]);
  return [...new Set([...secrets, ...sent])].filter((secret) => secret !== "");
}

const leaked = (text: string): string[] => canaries().filter((secret) => text.includes(secret));

async function command(args: string[], { file, env }: { file: string; env: Record<string, string> }) {
  let said = "";
  const terminal = {
    out: (text: string) => {
      said += text;
    },
    write: async (piece: string | Uint8Array) => {
      said += piece;
    },
    outInteractive: false,
    err: (text: string) => {
      said += text;
    },
    interactive: false,
    now: () => new Date(),
    env,
    cwd: folder,
    signal: new AbortController().signal,
  };
  await run([...args, "--config", file, "--trace"], terminal);
  return said;
}

const filesOf = (): string =>
  readdirSync(folder)
    .filter((name) => name.startsWith("ledger.db"))
    .map((name) => readFileSync(join(folder, name), "latin1"))
    .join("");

test.each(KINDS)("with %s, no fault of any call makes a secret come out", async (kind) => {
  const setting = configure(kind);
  simulator.setFaults(everyFault);
  const ingested = await command(["ingest", "--date", DATE, "--json"], setting);
  expect(JSON.parse(ingested).missing).toBeGreaterThan(20);
  const said = [
    ingested,
    await command(["ingest", "--date", DATE], setting),
    await command(["runs", "--json"], setting),
    await command(["runs", "show", "1"], setting),
    await command(["query", "SELECT * FROM coverage_target_daily", "--format", "json"], setting),
    await command(["plan", "--date", DATE, "--json"], setting),
  ].join("\n");
  expect(canaries().length).toBeGreaterThan(10);
  expect(leaked(said)).toEqual([]);
  expect(leaked(filesOf())).toEqual([]);
});

test.each(KINDS)(
  "with %s, no fault of IAM or EPS makes one come out, in whatever an error holds",
  async (kind) => {
    const { file, env } = configure(kind);
    const config = readConfig(file, env);
    const { accounts, close } = openAccounts(config);
    const [account] = accounts;
    if (account === undefined) return expect.fail("One account is configured.");
    let failures = 0;
    let held = inspect([config, account], { depth: 12, showHidden: true }) + JSON.stringify(config);
    try {
      for (const operation of "sk" in CREDENTIALS[kind]() ? OPERATIONS.slice(1) : OPERATIONS) {
        for (const fault of WIRE_FAULTS) {
          simulator.setFaults({ faults: [{ fault, operation, delayMs: 5 }] });
          const fresh = openAccounts(config);
          const { cloud } = fresh.accounts[0] ?? account;
          try {
            const found = await discoverTargets(cloud, { enterpriseProjects: "each" });
            const [target] = found.targets;
            if (target !== undefined) await listSecurityRisk(cloud, target);
          } catch (error) {
            failures += 1;
            held += inspect(error, { depth: 12, showHidden: true });
          }
          await fresh.close();
        }
      }
    } finally {
      await close();
    }
    expect(failures).toBeGreaterThan(30);
    expect(leaked(held)).toEqual([]);
  },
);
