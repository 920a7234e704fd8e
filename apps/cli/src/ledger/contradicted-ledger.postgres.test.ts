import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runHere } from "../test-command.ts";
import { newDatabase } from "../test-database.ts";
import { writeSimulatorConfig } from "../write-simulator-config.ts";

let simulator: Simulator;
let folder: string;

beforeAll(async () => {
  simulator = await startSimulator({ accounts: 1, projects: 2, limit: null });
  folder = mkdtempSync(join(tmpdir(), "nightledger-around-"));
  writeSimulatorConfig(simulator, join(folder, "nightledger.yaml"));
});

afterAll(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});

const nightledger = (...args: string[]) => runHere(folder, args);

/** Another empty database takes the ledger's place. Its whole URL. */
async function emptyDatabase(): Promise<string> {
  const url = await newDatabase();
  const whole = url.href;
  vi.stubEnv("PGPASSWORD", url.password);
  url.password = "";
  const file = join(folder, "nightledger.yaml");
  const config = readFileSync(file, "utf8").replace(/^database: .*$/m, `database: ${url.href}`);
  writeFileSync(file, config);
  return whole;
}

async function tables(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    "SELECT COUNT(*)::int AS n FROM pg_class WHERE relnamespace = 'public'::regnamespace",
  );
  await client.end();
  return rows[0].n;
}

async function night(date: string): Promise<void> {
  simulator.setDate(date);
  expect(await nightledger("ingest", "--date", date)).toMatchObject({ status: 0 });
}

test("an empty database is a first night, but not beside reports of an earlier one", async () => {
  await emptyDatabase();
  await night("2026-11-23");
  await night("2026-11-24");
  await nightledger("report", "--format", "json");
  expect(readdirSync(join(folder, "reports")).filter((name) => name.endsWith(".manifest.json"))).toHaveLength(
    1,
  );
  await night("2026-11-25");

  const empty = await emptyDatabase();
  const refused = await nightledger("ingest");
  expect(refused.status).toBe(2);
  expect(refused.err).toContain("is empty, and the manifest ");
  expect(refused.err).toContain("was made after run 2 (night 2026-11-24, seal ");
  expect(refused.err).toContain("pg_restore");
  expect(await tables(empty)).toBe(0);

  const accepted = await nightledger("ingest", "--date", "2026-11-24", "--accept-older-ledger", "begun anew");
  expect(accepted).toMatchObject({ status: 0 });
  await night("2026-11-25");
  const runs = JSON.parse((await nightledger("runs", "--json")).out) as { kind: string }[];
  expect(runs.map(({ kind }) => kind)).toEqual(["ingest", "ingest", "accept"]);

  cpSync(join(folder, "reports"), join(folder, "aside"), { recursive: true });
  rmSync(join(folder, "reports"), { recursive: true });
  await emptyDatabase();
  await night("2026-11-24");
  cpSync(join(folder, "aside"), join(folder, "reports"), { recursive: true });
  const older = await nightledger("ingest");
  expect(older.status).toBe(2);
  expect(older.err).toContain("is older than what was made from it: it ends with run 1 (night 2026-11-24)");
});
