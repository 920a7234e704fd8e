import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { openLedger } from "@nightledger/store";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { runHere } from "./test-command.ts";
import { writeSimulatorConfig } from "./write-simulator-config.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

let folder: string;
let config: string;
let snapshot: string;
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ accounts: 1, projects: 3, limit: null });
});

afterAll(async () => {
  await simulator.close();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-backup-"));
  config = join(folder, "nightledger.yaml");
  snapshot = join(folder, "nightledger.analyst.db");
  writeSimulatorConfig(simulator, config);
  return () => rmSync(folder, { recursive: true });
});

const nightledger = (...args: string[]) => runHere(folder, args);

const ingest = (date: string) => nightledger("ingest", "--date", date, "--json");

/** An analyst's tool: opens the file again and again, and reads it whole, until its input ends. */
const ANALYST = `
  import { openReader } from "@nightledger/store";
  const counts = new Set(), errors = [];
  let reads = 0, ended = false;
  process.stdin.on("end", () => { ended = true; }).resume();
  while (!ended) {
    try {
      const reader = await openReader(process.argv[1]);
      const rows = await reader.db.selectFrom("risk_daily").select("score").execute();
      await reader.close();
      counts.add(rows.length);
    } catch (error) { errors.push(error.message); }
    if (reads++ === 0) console.log("reading");
    await new Promise(setImmediate);
  }
  console.log(JSON.stringify({ reads, errors, counts: [...counts] }));
`;

const analyst = (): ChildProcess =>
  spawn(process.execPath, ["--input-type=module", "-e", ANALYST, snapshot], {
    cwd: dirname(MAIN),
    stdio: ["pipe", "pipe", "inherit"],
  });

test("analysts read the snapshot in a loop through two nights, and it is never away, locked or half", async () => {
  await ingest("2026-11-22");
  const child = analyst();
  let said = "";
  await new Promise<void>((resolve) => {
    child.stdout?.on("data", (chunk) => {
      said += chunk;
      resolve();
    });
  });
  for (const date of ["2026-11-23", "2026-11-24"]) expect((await ingest(date)).status).toBe(0);
  const closed = new Promise((resolve) => child.on("close", resolve));
  child.stdin?.end();
  await closed;
  const { errors, counts, reads } = JSON.parse(said.split("\n")[1] ?? "");
  expect(errors).toEqual([]);
  expect(reads).toBeGreaterThan(2);
  expect(counts.filter((count: number) => ![3, 6, 9].includes(count))).toEqual([]);
  expect(statSync(snapshot).mode & 0o777).toBe(0o444);
});

test("a snapshot that cannot be written is told, and is no loss of the night", async () => {
  mkdirSync(snapshot);
  const { status, out, err } = await ingest("2026-11-24");
  expect(status).toBe(3);
  expect(JSON.parse(out)).toMatchObject({
    status: "complete",
    fetched: 3,
    snapshot: { file: snapshot, problem: expect.stringContaining("could not be written") },
  });
  expect(err).toContain("The night is on record; analysts go on seeing the one before.");
});

test("snapshot: off writes none", async () => {
  writeFileSync(config, `${readFileSync(config, "utf8")}snapshot: off\n`);
  expect((await ingest("2026-11-24")).status).toBe(0);
  expect(existsSync(snapshot)).toBe(false);
});

interface Finding {
  check: string;
  status: string;
  detail: string;
}

/** What doctor says of the ledger. */
async function examined() {
  const { status, out } = await nightledger("doctor", "--json");
  const { findings, chainHead } = JSON.parse(out);
  const about = ["integrity", "history", "sums", "snapshot"];
  return {
    status,
    chainHead,
    findings: (findings as Finding[]).filter(({ check }) => about.includes(check)),
  };
}

test("doctor tells a history that is as the runs left it, and its head is what runs show gives", async () => {
  await ingest("2026-11-23");
  await ingest("2026-11-24");
  const { findings, chainHead } = await examined();
  expect(findings.map(({ check, status }) => [check, status])).toEqual([
    ["integrity", "ok"],
    ["history", "ok"],
    ["sums", "ok"],
    ["snapshot", "ok"],
  ]);
  expect(chainHead).toEqual({ runId: 2, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(findings[1]?.detail).toContain(chainHead.hash);
  const shown = await nightledger("runs", "show", "2", "--json");
  expect(JSON.parse(shown.out)).toMatchObject({ run_id: 2, seal: chainHead.hash });
  expect((await nightledger("runs", "show", "2")).out).toContain(chainHead.hash);
});

test("a night that was killed and then resumed is as its runs left it", async () => {
  const quota = (from: string, to: string) =>
    writeFileSync(config, readFileSync(config, "utf8").replace(`quota: ${from}`, `quota: ${to}`));
  quota("off", "1/60s");
  const child = spawn(process.execPath, [MAIN, "ingest", "--date", "2026-11-24"], {
    cwd: folder,
    env: { PATH: process.env.PATH },
  });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
    if (said.includes("Fetching risk lists: 1 of 3")) child.kill("SIGKILL");
  });
  await new Promise((resolve) => child.on("close", resolve));
  quota("1/60s", "off");
  const { out } = await ingest("2026-11-24");
  expect(JSON.parse(out)).toMatchObject({ status: "complete", alreadyFresh: 1, fetched: 2 });
  const { findings, chainHead } = await examined();
  expect(findings.map(({ check, status }) => [check, status])).toEqual([
    ["integrity", "ok"],
    ["history", "ok"],
    ["sums", "ok"],
    ["snapshot", "ok"],
  ]);
  expect(chainHead).toMatchObject({ runId: 2 });
  expect(JSON.parse((await nightledger("runs", "show", "1", "--json")).out)).toMatchObject({
    status: "interrupted",
    seal: expect.any(String),
  });
});

test("doctor names what was altered", async () => {
  await ingest("2026-11-23");
  await ingest("2026-11-24");
  const ledger = await openLedger(join(folder, "nightledger.db"));
  await ledger.db.updateTable("run").set({ problem: "none" }).where("id", "=", 1).execute();
  await ledger.close();
  const { status, findings } = await examined();
  expect(status).toBe(3);
  expect(findings.filter((finding) => finding.status === "failed")).toEqual([
    {
      check: "history",
      subject: join(folder, "nightledger.db"),
      status: "failed",
      detail:
        "run, run 1: Its row, its seal or the seal before it is not what was sealed. Hold it against a backup, and find out who can write the file.",
    },
  ]);
});

test("doctor names a kept sum that is not what the answers give", async () => {
  await ingest("2026-11-23");
  await ingest("2026-11-24");
  const ledger = await openLedger(join(folder, "nightledger.db"));
  await ledger.db
    .updateTable("rollup_portfolio_daily")
    .set({ score: 99 })
    .where("data_date", "=", "2026-11-24")
    .execute();
  await ledger.close();
  const { status, findings } = await examined();
  expect(status).toBe(3);
  expect(findings.filter((finding) => finding.status === "failed")).toEqual([
    {
      check: "sums",
      subject: join(folder, "nightledger.db"),
      status: "failed",
      detail:
        "portfolio_daily of 2026-11-24 is not what the answers give (1 such sums in 2 nights). Empty the tables rollup_night and rollup_streak_night: the views add up by themselves, and the next ingest keeps new sums.",
    },
  ]);
});

test("a backup is restored on the command line, and loses no night unasked", async () => {
  await ingest("2026-11-23");
  const made = await nightledger("backup", "night.backup", "--json");
  expect(JSON.parse(made.out)).toEqual({ file: join(folder, "night.backup"), bytes: expect.any(Number) });
  expect(await nightledger("backup", "night.backup")).toMatchObject({
    status: 2,
    err: `nightledger: ${join(folder, "night.backup")} is there already. Name another file, or overwrite it with --force.\n`,
  });
  await ingest("2026-11-24");
  expect(await nightledger("restore", "night.backup")).toMatchObject({
    status: 2,
    err: expect.stringContaining("it has nights that the backup has not, or not whole: 2026-11-24."),
  });
  const forced = await nightledger("restore", "night.backup", "--force", "--json");
  expect(JSON.parse(forced.out)).toMatchObject({ nights: 1, kept: expect.stringContaining(".replaced-") });
  expect((await nightledger("query", "--format", "csv", "SELECT data_date FROM portfolio_daily")).out).toBe(
    "data_date\n2026-11-23\n",
  );
  expect((await nightledger("backup")).err).toBe("nightledger: Give one file: nightledger backup FILE.\n");
});

const nightsIn = async (database: string) =>
  (
    await nightledger(
      "query",
      "--database",
      database,
      "--format",
      "csv",
      "SELECT data_date FROM portfolio_daily",
    )
  ).out;

test("a restore writes the analysts' copy again, and keeps one beside that had more", async () => {
  await ingest("2026-11-23");
  await nightledger("backup", "night.backup");
  rmSync(join(folder, "nightledger.db"));
  rmSync(snapshot);
  expect(await nightledger("restore", "night.backup")).toMatchObject({
    status: 0,
    out: expect.stringContaining(`Analysts see it, too: ${snapshot}.`),
  });
  expect(await nightsIn(snapshot)).toBe("data_date\n2026-11-23\n");

  await ingest("2026-11-24");
  const forced = await nightledger("restore", "night.backup", "--force", "--json");
  const { snapshot: copy } = JSON.parse(forced.out);
  expect(copy).toEqual({ file: snapshot, kept: expect.stringContaining(".replaced-"), problem: null });
  expect(await nightsIn(snapshot)).toBe("data_date\n2026-11-23\n");
  expect(await nightsIn(copy.kept)).toBe("data_date\n2026-11-23\n2026-11-24\n");
});

test("a restore whose copy cannot be written says so, and how to write it later", async () => {
  await ingest("2026-11-23");
  await nightledger("backup", "night.backup");
  for (const file of [snapshot, join(folder, "nightledger.db")]) rmSync(file);
  mkdirSync(snapshot);
  expect(await nightledger("restore", "night.backup")).toMatchObject({
    status: 3,
    err: expect.stringMatching(
      /The ledger is restored; "nightledger backup --snapshot" writes the copy again\.\n$/,
    ),
  });
});

test("backup --snapshot writes the analysts' copy, but none of a ledger that lost nights", async () => {
  await ingest("2026-11-23");
  rmSync(snapshot);
  expect(await nightledger("backup", "--snapshot")).toMatchObject({ status: 0 });
  expect(await nightsIn(snapshot)).toBe("data_date\n2026-11-23\n");
  expect(statSync(snapshot).mode & 0o777).toBe(0o444);
  expect(await nightledger("backup", "--snapshot", "file.db")).toMatchObject({ status: 2 });

  writeFileSync(join(folder, "nightledger.db"), "");
  expect(await nightledger("backup", "--snapshot")).toMatchObject({
    status: 2,
    err: expect.stringContaining("is empty, and the analysts' copy"),
  });
  expect(await nightsIn(snapshot)).toBe("data_date\n2026-11-23\n");
});
