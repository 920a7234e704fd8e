import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { makeFixture } from "@nightledger/store/testing";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { runHere } from "../../test-command.ts";
import { newDatabase } from "../../test-database.ts";
import { writeSimulatorConfig } from "../../write-simulator-config.ts";

let simulator: Simulator;
let folder: string;
let file: string;

beforeAll(async () => {
  simulator = await startSimulator({ accounts: 1, projects: 3, limit: null, date: "2026-11-24" });
});
afterAll(() => simulator.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-migrate-"));
  file = join(folder, "nightledger.db");
  writeSimulatorConfig(simulator, join(folder, "nightledger.yaml"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const nightledger = (...args: string[]) => runHere(folder, args);

interface Finding {
  check: string;
  status: string;
  detail: string;
}

async function schemaFinding(): Promise<Finding | undefined> {
  const { out } = await nightledger("doctor", "--json");
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  const isCurrent = findings.find(({ check }) => check === "schema")?.status === "ok";
  const verified = findings
    .map(({ check }) => check)
    .filter((check) => check === "history" || check === "sums");
  expect([...new Set(verified)]).toEqual(isCurrent ? ["history", "sums"] : []);
  return findings.find(({ check }) => check === "schema");
}

test("an older ledger is checked, upgraded and used", async () => {
  await makeFixture("sqlite", "0004", file);
  const before = readFileSync(file);
  const checked = await nightledger("migrate", "--check");
  expect(checked.err).toBe("");
  expect(checked.out).toMatch(
    /^Schema 4 of \d+\. The upgrade was tried, and taken back: it goes through\.\n0004-layout → \S+\n {2}migrations \(\d+\): 0005-units, /,
  );
  expect(checked.status).toBe(0);
  expect(await schemaFinding()).toMatchObject({
    status: "warning",
    detail: expect.stringMatching(
      /^Schema 4 of \d+\. The upgrade goes through: the next ingest does it, or "nightledger migrate" now\.$/,
    ),
  });
  for (const verb of [["report"], ["runs"], ["query", "SELECT * FROM unit_daily"]]) {
    const refused = await nightledger(...verb);
    expect(refused.err).toMatch(
      /The ledger has the schema of an earlier nightledger \(0004-layout; .*"nightledger migrate"/,
    );
    expect(refused.status).toBe(2);
  }
  const answered = await nightledger("query", "SELECT score FROM portfolio_daily", "--format", "csv");
  expect(answered.out).toBe("score\n86.2\n79.3\n95.3\n");
  expect(readFileSync(file).equals(before)).toBe(true);

  const done = await nightledger("migrate", "--json");
  expect(JSON.parse(done.out)).toMatchObject({ upgrade: { from: "0004-layout", views: { dropped: [] } } });
  expect((await nightledger("migrate")).out).toBe(`${file} is up to date.\n`);
  expect(await schemaFinding()).toMatchObject({
    status: "ok",
    detail: expect.stringMatching(/^Schema (\d+) of \1\. It is up to date\.$/),
  });
  expect((await nightledger("runs")).status).toBe(0);
});

const MINE = "CREATE VIEW mine AS SELECT hash FROM view_set";

/** What is seen of an upgrade in whose way a view of somebody else is. */
async function expectBlocked(): Promise<void> {
  const checked = await nightledger("migrate", "--check", "--json");
  expect(JSON.parse(checked.out)).toMatchObject({
    applied: 10,
    goesThrough: false,
    upgrade: null,
    inTheWay: [
      {
        name: expect.stringMatching(/^view (public\.)?mine$/),
        sql: expect.stringMatching(/^CREATE VIEW mine AS/),
      },
    ],
  });
  expect(checked.status).toBe(2);
  expect(await schemaFinding()).toMatchObject({
    status: "failed",
    detail: expect.stringContaining("Schema 10 of "),
  });
  for (const verb of [["migrate"], ["ingest", "--date", "2026-11-24"]]) {
    const refused = await nightledger(...verb);
    expect(refused.err).toMatch(
      /what others have made of its views is in the way: view (public\.)?mine\. Nothing was changed: /,
    );
    expect(refused.err).toMatch(/\n\nCREATE VIEW mine AS\s+SELECT (view_set\.)?hash/);
    expect(refused.status).toBe(2);
  }
}

test("a view of an analyst that would break is named with its SQL, and the nightly changes nothing", async () => {
  await makeFixture("sqlite", "0010", file);
  const database = new DatabaseSync(file);
  database.exec(MINE);
  await expectBlocked();
  database.exec("DROP VIEW mine");
  database.close();
  const ingest = await nightledger("ingest", "--date", "2026-11-24", "--json");
  expect(JSON.parse(ingest.out)).toMatchObject({ status: "complete", fetched: 3 });
});

test("so it is on PostgreSQL", async () => {
  const url = await newDatabase();
  await makeFixture("postgres", "0010", url.href);
  const client = new Client({ connectionString: url.href });
  await client.connect();
  await client.query(MINE);
  url.password = "";
  const config = join(folder, "nightledger.yaml");
  writeFileSync(config, readFileSync(config, "utf8").replace("./nightledger.db", url.href));
  await expectBlocked();
  await client.query("DROP VIEW mine");
  await client.end();
  expect((await nightledger("migrate")).out).toMatch(/ is up to date now\.\n0010-run-statistics → /);
});

test("a ledger that is not there is not made", async () => {
  const { status, err } = await nightledger("migrate");
  expect(err).toMatch(/There is no ledger at /);
  expect(status).toBe(2);
});
