import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runHere } from "../../test-command.ts";
import { newDatabase } from "../../test-database.ts";
import { writeSimulatorConfig } from "../../write-simulator-config.ts";

let folder: string;
let simulator: Simulator;
let place: URL;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-grant-"));
  simulator = await startSimulator({ accounts: 1, projects: 3, limit: null, date: "2026-11-23" });
  place = await newDatabase();
  place.password = "";
  writeSimulatorConfig(simulator, join(folder, "sqlite.yaml"));
  const config = readFileSync(join(folder, "sqlite.yaml"), "utf8");
  writeFileSync(join(folder, "owner.yaml"), config.replace("./nightledger.db", place.href));
  writeFileSync(join(folder, "analysts.secret"), "analysts-canary");
  writeFileSync(join(folder, "audiences.secret"), "audiences-canary");
  await nightledger("ingest", "--config", "owner.yaml", "--date", "2026-11-23");
});

afterAll(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});

async function nightledger(...args: string[]) {
  const exit = await runHere(folder, args);
  expect(exit.out + exit.err).not.toContain("canary");
  return exit;
}

const urlOf = (role: string): string => {
  const url = new URL(place);
  url.username = role;
  return url.href;
};

const audienceNames = (): string[] =>
  [
    ...readFileSync(join(folder, "owner.yaml"), "utf8").matchAll(/^ {2}([a-z-]+):\n {4}(?:title|units)/gm),
  ].map(([, name = ""]) => name);

const grant = (kind: "analysts" | "audiences", ...more: string[]) =>
  nightledger(
    "grant",
    "--config",
    "owner.yaml",
    "--role",
    `cli_${kind}`,
    ...(kind === "audiences" ? ["--audiences"] : []),
    ...more,
  );

async function findings(config: string) {
  const { out } = await nightledger("doctor", "--config", config, "--json");
  const all = (JSON.parse(out) as { findings: { check: string; status: string; detail: string }[] }).findings;
  return all.filter(({ check }) => check === "analysts").map(({ status, detail }) => `${status}: ${detail}`);
}

test("logins are made, named in the configuration, used by query, and checked by doctor", async () => {
  expect(await findings("owner.yaml")).toEqual([
    expect.stringMatching(
      /^warning: Queries, and the datasets of reports and themes, run as the ledger's own user/,
    ),
    expect.stringMatching(
      /^warning: Reports for an audience are kept to its targets by temporary views alone/,
    ),
  ]);
  const made = await grant("analysts", "--password", "file:analysts.secret");
  expect(made).toMatchObject({ status: 0, err: "" });
  expect(made.out).toContain(`analysts:\n  url: ${urlOf("cli_analysts")}\n`);
  expect((await grant("audiences", "--password", "file:audiences.secret", "--json")).out).toBe(
    '{"role":"cli_audiences","kind":"audiences","created":true}\n',
  );
  expect((await grant("analysts")).out).toContain("cli_analysts was there");

  const logins = [
    `analysts:\n  url: ${urlOf("cli_analysts")}\n  password: \${file:analysts.secret}`,
    `  audiences:\n    url: ${urlOf("cli_audiences")}\n    password: \${file:audiences.secret}\n`,
  ].join("\n");
  writeFileSync(
    join(folder, "granted.yaml"),
    `${readFileSync(join(folder, "owner.yaml"), "utf8")}\n${logins}`,
  );
  const who = "SELECT current_user AS who, COUNT(*) AS n FROM risk_daily";
  const asked = await nightledger("query", "--config", "granted.yaml", "--json", who);
  expect(JSON.parse(asked.out)).toEqual([{ who: "cli_analysts", n: 3 }]);
  const table = await nightledger("query", "--config", "granted.yaml", "SELECT * FROM target");
  expect(table).toMatchObject({ status: 2, out: "" });
  expect(table.err).toContain("permission denied for table target");
  expect(await findings("granted.yaml")).toEqual([
    "ok: The login for analysts reads every view that is for it, and can do nothing else.",
    "ok: The login for audiences reads every view that is for it, and can do nothing else.",
  ]);
  const saved = await nightledger("query", "--config", "granted.yaml", "--saved", "lowest-scores");
  expect(saved).toMatchObject({ status: 0, err: "" });

  // whatever a report reads, and explains, is open to the logins
  const report = ["report", "--config", "granted.yaml", "--date", "2026-11-23", "--format", "html"];
  const [audience = ""] = audienceNames();
  for (const more of [[], ["--audience", audience]]) {
    expect(await nightledger(...report, "--out", `out-${more.length}`, ...more)).toMatchObject({ status: 0 });
  }
});

test("--print changes nothing, and shows SQL without a password", async () => {
  const { out, status } = await nightledger(
    "grant",
    "--config",
    "owner.yaml",
    "--role",
    "printed",
    "--print",
  );
  expect(status).toBe(0);
  expect(out).toContain('CREATE ROLE "printed" LOGIN NOSUPERUSER');
  expect(out).toContain("\\password printed");
  const roles = "SELECT rolname FROM pg_roles WHERE rolname = 'printed'";
  expect((await nightledger("query", "--config", "owner.yaml", "--json", roles)).out).toBe("[\n]\n");
});

test.each([
  [[], "--role is missing"],
  [["--role", "Robert'; --"], "--role takes small letters"],
  [["--role", "reader", "--password", "hunter2"], "--password takes env:NAME or file:PATH"],
])("grant %j is bad usage", async (args, why) => {
  const { status, err } = await nightledger("grant", "--config", "owner.yaml", ...args);
  expect(status).toBe(2);
  expect(err).toContain(why);
  expect(err).not.toContain("hunter2");
});

test("a SQLite ledger has no logins", async () => {
  const { status, err } = await nightledger("grant", "--config", "sqlite.yaml", "--role", "reader");
  expect(status).toBe(2);
  expect(err).toContain("grant is for a ledger in PostgreSQL");
});
