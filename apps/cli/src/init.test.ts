import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { type MailServer, startMailServer } from "@nightledger/simulator/mail";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { run } from "./run.ts";
import { startCommand } from "./test-command.ts";
import type { Streams } from "./verb.ts";

let folder: string;
let simulator: Simulator;
let mailServer: MailServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-init-"));
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: "UTC" }).format(new Date());
  simulator = await startSimulator({ accounts: 1, projects: 3, limit: null, date: today });
  mailServer = await startMailServer();
  writeFileSync(join(folder, "ca.pem"), mailServer.ca);
});
afterEach(async () => {
  await Promise.all([simulator.close(), mailServer.close()]);
  rmSync(folder, { recursive: true });
});

const file = () => join(folder, "nightledger.yaml");
const key = () => simulator.world.accounts[0];
const env = () => ({ AK: key()?.ak ?? "", SK: key()?.sk ?? "" });
const mode = (name: string) => (statSync(join(folder, name)).mode & 0o777).toString(8);

const FLAGS = () => [
  ...["--yes", "--account", "acme", "--ak", "env:AK", "--sk", "env:SK", "--time-zone", "UTC"],
  ...["--endpoint", simulator.url],
];
const MAIL = () => [
  ...["--smtp", `localhost:${mailServer.port}`, "--smtp-ca", "ca.pem", "--from", "night@example.com"],
  ...["--to", "ciso@example.com", "--operators", "ops@example.com", "--deadline", "07:00"],
];

/** The command at a terminal where somebody answers, one line for each question. */
async function answered(answers: readonly string[], ...args: string[]) {
  const asked: { question: string; secret: boolean }[] = [];
  const said = { out: "", err: "" };
  const left = [...answers];
  const terminal: Streams = {
    out: (text) => {
      said.out += text;
    },
    write: async () => {},
    err: (text) => {
      said.err += text;
    },
    outInteractive: true,
    interactive: true,
    ask: async (question, { secret }) => {
      asked.push({ question, secret });
      const answer = left.shift();
      if (answer === undefined) throw new DOMException("Ctrl-C", "AbortError");
      return answer;
    },
    now: () => new Date(),
    env: env(),
    cwd: folder,
    signal: new AbortController().signal,
  };
  return { status: await run(["init", ...args], terminal), asked, ...said };
}

test("flags alone write a configuration that can be read, checked and used for a first mailed report", async () => {
  const { status, out } = await startCommand(folder, ["init", ...FLAGS(), ...MAIL()], {
    ...env(),
    HOME: process.env.HOME,
  }).ended;
  expect(out).toMatch(/^The configuration is .*nightledger\.yaml\. Only you can read it/);
  expect(out).toMatch(/✓ credential +acme/);
  expect(out).toMatch(/Night of \d{4}-\d\d-\d\d: 3 targets, 3 to fetch with 3 calls/);
  expect([0, 3]).toContain(status);
  expect(mode("nightledger.yaml")).toBe("600");
  expect(readConfig(file(), env())).toMatchObject({
    timeZone: "UTC",
    accounts: [{ name: "acme", credential: { kind: "key", ak: env().AK } }],
    mail: { host: "localhost", tls: "starttls" },
    publish: [{ report: "executive-summary", to: ["ciso@example.com"] }],
    operators: { to: ["ops@example.com"] },
    nightly: { deadline: "07:00" },
  });
  const text = readFileSync(file(), "utf8");
  expect(text).not.toContain(env().SK);
  const night = await startCommand(folder, ["nightly"], { ...env(), HOME: process.env.HOME }).ended;
  expect(night.status, night.err).toBe(0);
  expect(mailServer.mails.map(({ to }) => to.join())).toEqual(["ciso@example.com"]);
});

test("questions are asked for what no flag says; a secret that is typed gets a file of its own", async () => {
  const answers = ["acme", "typed-ak", "typed-sk", "UTC", "", ""];
  const { status, asked } = await answered([...answers, ""], "--no-check");
  expect(status).toBe(0);
  expect(asked.filter(({ secret }) => secret).map(({ question }) => question)).toEqual([
    "Secret access key (or env:NAME, or file:PATH): ",
  ]);
  expect(readdirSync(join(folder, "secrets")).sort()).toEqual(["acme.ak", "acme.sk"]);
  expect(readFileSync(join(folder, "secrets/acme.sk"), "utf8")).toBe("typed-sk");
  expect([mode("secrets"), mode("secrets/acme.sk"), mode("nightledger.yaml")]).toEqual(["700", "600", "600"]);
  expect(readFileSync(file(), "utf8")).not.toContain("typed");
  const config = readConfig(file(), {});
  expect(config).toMatchObject({ mail: null, accounts: [{ name: "acme", credential: { ak: "typed-ak" } }] });
});

test("whoever leaves in the middle leaves nothing behind", async () => {
  const { status } = await answered(["acme", "typed-ak", "typed-sk"]);
  expect(status).toBe(3);
  expect(readdirSync(folder)).toEqual(["ca.pem"]);
});

test("a configuration that is there is not overwritten unless that is asked for", async () => {
  writeFileSync(file(), "mine");
  const refused = await answered([], ...FLAGS());
  expect(refused).toMatchObject({ status: 2, err: expect.stringContaining("overwrite it with --force") });
  expect(readFileSync(file(), "utf8")).toBe("mine");
  expect((await answered([], ...FLAGS(), "--force", "--no-check")).status).toBe(0);
  expect(readFileSync(file(), "utf8")).toContain("accounts:");
});

test.each([
  [["--yes"], "--account is missing: What the account is called in tables and reports."],
  [["--yes", "--account", "acme"], "--ak is missing: env:NAME or file:PATH, where Access key id is kept."],
  [
    ["--yes", "--account", "acme", "--ak", "AKIA"],
    "--ak takes env:NAME or file:PATH: a secret on the command line is one that all can read.",
  ],
])("without a terminal %j is too little", async (args, said) => {
  const { status, err } = await answered([], ...args);
  expect({ status, err }).toEqual({ status: 2, err: `nightledger: ${said}\n` });
  expect(existsSync(file())).toBe(false);
});

test("hostile names are quoted, and stay names", async () => {
  const name = `a: "b" # c {d} [e] 'f'`;
  const flags = FLAGS().map((flag) => (flag === "acme" ? name : flag));
  expect((await answered([], ...flags, "--no-check")).status).toBe(0);
  expect(readConfig(file(), env()).accounts[0]?.name).toBe(name);
});
