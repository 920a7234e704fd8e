import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { beforeEach, expect, test } from "vitest";
import { loadNights } from "../load-night.ts";
import { type Ledger, openLedger, openReader } from "../open.ts";
import { planNight } from "../plan-night.ts";
import { finishRun, startRun } from "../run.ts";
import { verifyLedger } from "../seal/verify-ledger.ts";
import { writeAnalystSnapshot } from "./analyst-snapshot.ts";
import { backupLedger } from "./backup-ledger.ts";
import { checkFile } from "./check-file.ts";
import { restoreLedger } from "./restore-ledger.ts";

const now = new Date("2026-11-24T02:00:00Z");
const shop = {
  account: "acme",
  region: "ap-southeast-3",
  projectId: "p1",
  projectName: "ap-southeast-3_shop",
  enterpriseProjectId: "all_granted_eps",
};

let folder: string;
let database: string;
let backup: string;
let snapshot: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-backup-"));
  database = join(folder, "ledger.db");
  backup = join(folder, "backup.db");
  snapshot = join(folder, "ledger.analyst.db");
  return () => rmSync(folder, { recursive: true });
});

async function night(ledger: Ledger, dataDate: string): Promise<void> {
  const runId = await startRun(ledger.db, dataDate, now);
  for (const { targetId } of await planNight(ledger, runId, dataDate, [shop])) {
    const content = { totalRiskNum: 1, categories: [] };
    // an answer that fills some pages
    const payload = Buffer.from(Array.from({ length: 40_000 }, (_, index) => dataDate + index).join());
    const row = { runId, targetId, dataDate, content, payload, fetchedAt: now, attempts: 1 };
    await loadNights(ledger, [row]);
  }
  const counts = { expected: 1, alreadyFresh: 0, fetched: 1, missing: 0 };
  await finishRun(ledger.db, runId, { now, status: "complete", ...counts, problem: null });
}

/** Nights, each written, and the ledger closed. */
async function nights(...dates: string[]): Promise<void> {
  const ledger = await openLedger(database);
  for (const date of dates) await night(ledger, date);
  await ledger.close();
}

/** The files that are there, but for those of SQLite beside the ledger. */
const files = () =>
  readdirSync(folder)
    .filter((name) => !/^ledger\.db-(wal|shm)$/.test(name))
    .sort();

function datesIn(path: string): string[] {
  const file = new Database(path, { readonly: true });
  const dates = file.prepare<[], string>("SELECT data_date FROM risk_daily ORDER BY 1").pluck().all();
  file.close();
  return dates;
}

async function verified(path: string): Promise<string[]> {
  const reader = await openReader(path);
  const found: string[] = [];
  for await (const { detail } of verifyLedger(reader)) found.push(detail);
  await reader.close();
  return found;
}

test("a backup is the ledger as it was when it began, while nights are written", async () => {
  const ledger = await openLedger(database);
  await night(ledger, "2026-11-22");
  const shown: number[] = [];
  const copying = backupLedger(database, backup, { onProgress: (done) => shown.push(done) });
  const writing = night(ledger, "2026-11-23");
  await copying;
  await writing;
  await ledger.close();
  expect(datesIn(backup)).toEqual(["2026-11-22"]);
  expect(shown[0]).toBeGreaterThanOrEqual(0);
  expect(checkFile(backup)).toEqual([]);
  expect(await verified(backup)).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.startsWith("backup"))).toEqual(["backup.db"]);
});

test("a backup overwrites nothing unless it is forced", async () => {
  await nights("2026-11-22");
  writeFileSync(backup, "something else");
  await expect(backupLedger(database, backup)).rejects.toThrow(`${backup} is there already.`);
  expect(readFileSync(backup, "utf8")).toBe("something else");
  await backupLedger(database, backup, { force: true });
  expect(datesIn(backup)).toEqual(["2026-11-22"]);
});

test("a backup and what is restored of it are for those who may read the ledger", async () => {
  await nights("2026-11-22");
  chmodSync(database, 0o640);
  await backupLedger(database, backup);
  expect(statSync(backup).mode & 0o777).toBe(0o640);
  chmodSync(backup, 0o400);
  rmSync(database);
  await restoreLedger(backup, database);
  expect(statSync(database).mode & 0o777).toBe(0o600);
});

test("a backup that is stopped leaves nothing", async () => {
  await nights("2026-11-22");
  await expect(backupLedger(database, backup, { signal: AbortSignal.abort() })).rejects.toThrow(/aborted/);
  expect(files()).toEqual(["ledger.db"]);
});

test("a damaged ledger makes no backup", async () => {
  await nights("2026-11-22");
  const ledger = new Database(database);
  ledger.pragma("foreign_keys = OFF");
  ledger.exec("DELETE FROM target");
  ledger.close();
  await expect(backupLedger(database, backup)).rejects.toThrow(
    /is damaged \(\w+ refers to a target that is not there/,
  );
  expect(existsSync(backup)).toBe(false);
});

test("a restore brings back what the backup has, and a ledger goes on from there", async () => {
  await nights("2026-11-22", "2026-11-23");
  await backupLedger(database, backup);
  rmSync(database);
  for (const end of ["-wal", "-shm"]) writeFileSync(database + end, "stale");
  expect(await restoreLedger(backup, database)).toEqual({ nights: 2, kept: null });
  expect(readdirSync(folder).sort()).toEqual(["backup.db", "ledger.db"]);
  await nights("2026-11-24");
  expect(datesIn(database)).toEqual(["2026-11-22", "2026-11-23", "2026-11-24"]);
  expect(await verified(database)).toEqual([]);
});

test("a restore loses no night unasked; forced, it keeps the ledger beside", async () => {
  await nights("2026-11-22");
  await backupLedger(database, backup);
  await nights("2026-11-23");
  await expect(restoreLedger(backup, database)).rejects.toThrow(
    "is not replaced: it has nights that the backup has not, or not whole: 2026-11-23. With --force",
  );
  expect(datesIn(database)).toEqual(["2026-11-22", "2026-11-23"]);
  const kept = `${database}.replaced-20261124T020000000Z`;
  expect(await restoreLedger(backup, database, { force: true, now })).toEqual({ nights: 1, kept });
  expect(datesIn(database)).toEqual(["2026-11-22"]);
  expect(datesIn(kept)).toEqual(["2026-11-22", "2026-11-23"]);
});

test("a ledger that nothing can be read from is replaced when it is forced", async () => {
  await nights("2026-11-22");
  await backupLedger(database, backup);
  writeFileSync(database, "no ledger any more".repeat(1000));
  await expect(restoreLedger(backup, database)).rejects.toThrow(
    "what it holds cannot be told (file is not a database)",
  );
  await restoreLedger(backup, database, { force: true, now });
  expect(datesIn(database)).toEqual(["2026-11-22"]);
  expect(existsSync(`${database}.replaced-20261124T020000000Z`)).toBe(true);
});

test("a ledger that is in use is not replaced", async () => {
  await nights("2026-11-22");
  await backupLedger(database, backup);
  const ledger = await openLedger(database);
  await expect(restoreLedger(backup, database)).rejects.toThrow("something has it open. Stop it first.");
  await night(ledger, "2026-11-23");
  await ledger.close();
  expect(datesIn(database)).toEqual(["2026-11-22", "2026-11-23"]);
});

test("what is no ledger, or a damaged one, is not restored", async () => {
  await nights("2026-11-22");
  await expect(restoreLedger(join(folder, "none.db"), database)).rejects.toThrow("There is no ledger at");
  writeFileSync(backup, "no ledger".repeat(1000));
  await expect(restoreLedger(backup, database)).rejects.toThrow(
    "cannot be read: its file is damaged (file is not a database)",
  );
  expect(datesIn(database)).toEqual(["2026-11-22"]);
});

test("the analysts' snapshot is one read-only file, and who has the old one open goes on reading it", async () => {
  await nights("2026-11-22");
  await writeAnalystSnapshot(database, snapshot);
  const old = new Database(snapshot, { readonly: true });
  await nights("2026-11-23");
  await writeAnalystSnapshot(database, snapshot);
  const count = old.prepare<[], number>("SELECT COUNT(*) FROM risk_daily").pluck();
  expect(count.get()).toBe(1);
  old.close();
  expect(datesIn(snapshot)).toEqual(["2026-11-22", "2026-11-23"]);
  expect(statSync(snapshot).mode & 0o777).toBe(0o444);
  expect(files()).toEqual(["ledger.analyst.db", "ledger.db"]);
  // 1 is a rollback journal, 2 a write-ahead log, which needs a place that can be written
  expect([...readFileSync(snapshot).subarray(18, 20)]).toEqual([1, 1]);
});

test("what a killed process left half written is removed, and what a living one writes is not", async () => {
  await nights("2026-11-22");
  const leftover = (pid: number) => join(folder, `.ledger.analyst.db.${pid}-0123456789abcdef01234567.part`);
  const { pid } = spawnSync(process.execPath, ["--version"]);
  writeFileSync(leftover(pid), "half");
  writeFileSync(leftover(process.ppid), "under way");
  await writeAnalystSnapshot(database, snapshot);
  expect(files()).toEqual([
    `.ledger.analyst.db.${process.ppid}-0123456789abcdef01234567.part`,
    "ledger.analyst.db",
    "ledger.db",
  ]);
});

test("a snapshot that cannot be written is told, and the one before stays", async () => {
  await nights("2026-11-22");
  await writeAnalystSnapshot(database, snapshot);
  mkdirSync(join(folder, "in-the-way"));
  await expect(writeAnalystSnapshot(database, join(folder, "in-the-way"))).rejects.toThrow(
    /^The analysts' snapshot .*in-the-way could not be written \(.+\)\. What was there before is as it was\./,
  );
  expect(files()).toEqual(["in-the-way", "ledger.analyst.db", "ledger.db"]);
  expect(datesIn(snapshot)).toEqual(["2026-11-22"]);
});
