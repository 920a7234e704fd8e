import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { runHere } from "../test-command.ts";
import { writeSimulatorConfig } from "../write-simulator-config.ts";

let simulator: Simulator;
let folder: string;
let database: string;
let copy: string;

beforeAll(async () => {
  simulator = await startSimulator({ accounts: 1, projects: 2, limit: null });
});

afterAll(async () => {
  await simulator.close();
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-around-"));
  database = join(folder, "nightledger.db");
  copy = join(folder, "nightledger.analyst.db");
  writeSimulatorConfig(simulator, join(folder, "nightledger.yaml"));
  return () => rmSync(folder, { recursive: true });
});

const nightledger = (...args: string[]) => runHere(folder, args);

async function nights(...dates: string[]): Promise<void> {
  for (const date of dates) {
    simulator.setDate(date);
    expect(await nightledger("ingest", "--date", date)).toMatchObject({ status: 0 });
  }
}

/** The manifest of a night's report. */
async function report(date: string): Promise<void> {
  const made = await nightledger("report", "--date", date, "--format", "json");
  expect(made).toMatchObject({ status: 0 });
}

/** Every file of the folder with its bytes. */
const everything = () =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file, readFileSync(file).toString("base64")]),
  );

function column(path: string, sql: string): unknown[] {
  const file = new DatabaseSync(path, { readOnly: true });
  const rows = file.prepare(sql).all();
  file.close();
  return rows.flatMap((row) => Object.values(row));
}

const nightsOf = (path: string) => column(path, "SELECT data_date FROM portfolio_daily ORDER BY 1");

/** The findings of doctor about the ledger and what was made from it. */
async function surroundings(): Promise<{ status: string; detail: string }[]> {
  const { findings } = JSON.parse((await nightledger("doctor", "--json")).out) as {
    findings: { check: string; status: string; detail: string }[];
  };
  return findings
    .filter(({ check }) => check === "surroundings" || check === "snapshot" || check === "database")
    .map(({ status, detail }) => ({ status, detail }));
}

const RUN_2 = "run 2 (night 2026-11-24, seal ";

test("an emptied ledger is not written to, and neither is its copy", async () => {
  await nights("2026-11-23", "2026-11-24");
  truncateSync(database);
  const before = everything();
  for (const args of [["nightly"], ["ingest"], ["replay"], ["compact", "--months", "1"], ["deliver"]]) {
    const { status, err } = await nightledger(...args, ...(args[0] === "nightly" ? ["--log", "text"] : []));
    expect([args[0], status]).toEqual([args[0], 2]);
    expect(err).toContain(`The ledger at ${database} is empty, and the analysts' copy ${copy} has ${RUN_2}`);
    expect(err).toContain(`"nightledger restore ${copy}"`);
    expect(err).toContain("--accept-older-ledger REASON");
  }
  expect(everything()).toEqual(before);
});

test("an emptied ledger takes no backup's place, and is not copied anywhere", async () => {
  await nights("2026-11-24");
  await nightledger("backup", "night.backup");
  truncateSync(database);
  const before = everything();
  for (const args of [
    ["backup", "night.backup", "--force"],
    ["copy", "--to", "postgres://nobody@127.0.0.1:9/none"],
  ]) {
    const { status, err } = await nightledger(...args);
    expect([args[0], status]).toEqual([args[0], 2]);
    expect(err).toContain(`The ledger at ${database} is empty, and the analysts' copy`);
  }
  expect(everything()).toEqual(before);
});

test("the analysts' copy brings an emptied ledger back, whole, and the next night goes on", async () => {
  await nights("2026-11-23", "2026-11-24");
  truncateSync(database);
  expect(await nightledger("restore", copy)).toMatchObject({ status: 0 });
  await nights("2026-11-25");
  expect(nightsOf(database)).toEqual(["2026-11-23", "2026-11-24", "2026-11-25"]);
  expect(column(database, "SELECT kind FROM run")).toEqual(["ingest", "ingest", "ingest"]);
});

test("an empty file is no first night, even where nothing else is there", async () => {
  writeFileSync(database, "");
  const { status, err } = await nightledger("ingest");
  expect(status).toBe(2);
  expect(err).toContain(`The ledger at ${database} is empty. Nothing was written.`);
  expect(err).toContain("Remove the file if this is to be the first night.");
  expect(readdirSync(folder).sort()).toEqual(["nightledger.db", "nightledger.yaml", "secrets"]);
  rmSync(database);
  await nights("2026-11-24");
});

test("a SQLite file without a ledger's tables is no ledger", async () => {
  const other = new DatabaseSync(database);
  other.exec("CREATE TABLE shopping (item TEXT)");
  other.close();
  const before = everything();
  expect(await nightledger("ingest")).toMatchObject({ status: 2 });
  expect(everything()).toEqual(before);
});

test("a ledger that is gone is not begun anew beside its copy or its reports", async () => {
  await nights("2026-11-24");
  await report("2026-11-24");
  rmSync(database);
  const before = everything();
  const beside = await nightledger("nightly", "--log", "text");
  expect(beside.status).toBe(2);
  expect(beside.err).toContain(`There is no ledger at ${database}, and the analysts' copy ${copy} has run 1`);
  expect(everything()).toEqual(before);
  rmSync(copy);
  const { status, err } = await nightledger("ingest");
  expect(status).toBe(2);
  expect(err).toContain(`There is no ledger at ${database}, and the manifest ${join(folder, "reports")}`);
  expect(err).toContain('"nightledger restore FILE"');
  expect(existsSync(database)).toBe(false);
});

test("a ledger rolled back by a night is refused, and doctor has the same verdict with its cure", async () => {
  await nights("2026-11-23");
  await nightledger("backup", "night.backup");
  await nights("2026-11-24");
  await report("2026-11-24");
  copyFileSync(join(folder, "night.backup"), database);
  for (const file of [copy, null]) {
    const before = everything();
    const { status, err } = await nightledger("ingest");
    expect(status).toBe(2);
    expect(err).toContain(
      `The ledger at ${database} is older than what was made from it: it ends with run 1 (night 2026-11-23), and `,
    );
    expect(err).toContain(RUN_2);
    expect(everything()).toEqual(before);
    const [verdict, ...others] = await surroundings();
    expect(verdict).toMatchObject({ status: "failed", detail: expect.stringContaining("is older than") });
    expect(JSON.stringify(others)).not.toContain("room");
    if (file !== null) rmSync(file);
  }
});

test("what is accepted goes on, once, and its reason is in runs, in doctor and under the seal", async () => {
  await nights("2026-11-23");
  cpSync(database, join(folder, "older.db"));
  await nights("2026-11-24");
  await report("2026-11-24");
  copyFileSync(join(folder, "older.db"), database);
  expect(await nightledger("ingest", "--accept-older-ledger", " ")).toMatchObject({ status: 2 });
  simulator.setDate("2026-11-25");
  const accepted = ["--accept-older-ledger", "the disk was lost"];
  const went = await nightledger("ingest", "--date", "2026-11-25", ...accepted);
  expect(went).toMatchObject({ status: 0 });
  expect(went.err).toContain("run 2 keeps the reason on record");
  await nights("2026-11-26");
  expect(nightsOf(copy)).toEqual(["2026-11-23", "2026-11-25", "2026-11-26"]);

  const runs = JSON.parse((await nightledger("runs", "--json")).out) as { kind: string; problem: string }[];
  expect(runs.map(({ kind }) => kind)).toEqual(["ingest", "ingest", "accept", "ingest"]);
  expect(runs[2]?.problem).toMatch(/^Accepted: the disk was lost\. The ledger at .+ is older than .+/);
  const said = await surroundings();
  expect(said[0]).toMatchObject({ status: "ok" });
  expect(said[1]?.detail).toMatch(/^Run 2, .+ Accepted: the disk was lost\./);
  const history = (await nightledger("doctor", "--json")).out;
  expect(history).toContain("It is as the runs left it.");

  copyFileSync(join(folder, "older.db"), database);
  expect(await nightledger("ingest")).toMatchObject({ status: 2 });
});

test("a ledger that its own reports were made from is written to, night after night", async () => {
  for (const date of ["2026-11-22", "2026-11-23"]) {
    await nights(date);
    await report(date);
  }
  await nights("2026-11-24");
  expect(nightsOf(database)).toEqual(["2026-11-22", "2026-11-23", "2026-11-24"]);
});

test("a manifest of another ledger is told from one of an older ledger", async () => {
  await nights("2026-11-24");
  await report("2026-11-24");
  for (const file of [database, copy]) rmSync(file);
  cpSync(join(folder, "reports"), join(folder, "aside"), { recursive: true });
  rmSync(join(folder, "reports"), { recursive: true });
  await nights("2026-11-24");
  cpSync(join(folder, "aside"), join(folder, "reports"), { recursive: true });
  const { status, err } = await nightledger("ingest");
  expect(status).toBe(2);
  expect(err).toContain(`The ledger at ${database} has another history than what was made from it`);
  expect(err).toContain('give each a "reports" folder of its own');
});

test("a forced restore of an older backup goes on record, and the next night needs no other word", async () => {
  await nights("2026-11-23");
  await nightledger("backup", "night.backup");
  await nights("2026-11-24");
  rmSync(database);
  const refused = await nightledger("restore", "night.backup");
  expect(refused.status).toBe(2);
  expect(refused.err).toContain("night.backup is older than what was made from it");
  expect(existsSync(database)).toBe(false);
  expect(await nightledger("restore", "night.backup", "--force")).toMatchObject({ status: 0 });
  await nights("2026-11-25");
  expect(nightsOf(copy)).toEqual(["2026-11-23", "2026-11-25"]);
  const [, accepted] = column(database, "SELECT problem FROM run ORDER BY id");
  expect(accepted).toMatch(/^Accepted: restored from .+night\.backup\. /);
});

test("an acceptance under a clock that was ahead sets aside only the seals that it names", async () => {
  await nights("2026-11-23");
  cpSync(database, join(folder, "older.db"));
  await nights("2026-11-24");
  copyFileSync(join(folder, "older.db"), database);
  const ahead = () => new Date("2027-11-24T02:00:00Z");
  await runHere(folder, ["ingest", "--date", "2026-11-24", "--accept-older-ledger", "moved"], ahead);
  cpSync(database, join(folder, "accepted.db"));
  await nights("2026-11-25");
  copyFileSync(join(folder, "accepted.db"), database);
  const { status, err } = await nightledger("ingest");
  expect(status).toBe(2);
  expect(err).toContain("it ends with run 3 (night 2026-11-24), and the analysts' copy");
});

test("a damaged copy says nothing", async () => {
  await nights("2026-11-23");
  rmSync(copy);
  writeFileSync(copy, "no ledger any more".repeat(1000));
  await nights("2026-11-24");
  expect(nightsOf(copy)).toEqual(["2026-11-23", "2026-11-24"]);
});
