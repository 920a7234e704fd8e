import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestLedger, type TestLedger } from "../test-engines.ts";
import { migrateLedger } from "./migrate-ledger.ts";
import { THIS_VERSION, type Version } from "./version.ts";

let opened: TestLedger;
let database: Database.Database;

beforeEach(async () => {
  opened = await openTestLedger();
  await opened.ledger.close();
  database = new Database(opened.url);
});
afterEach(async () => {
  database.close();
  await opened.remove();
});

/** This version, in which the nights' coverage has another shape. */
const versionWith = (coverage: (select: string) => string): Version => ({
  ...THIS_VERSION,
  views: (engine) =>
    THIS_VERSION.views(engine).map(([name, select]) => [
      name,
      name === "coverage_daily" ? coverage(select) : select,
    ]),
});
const narrowed = versionWith((select) => `SELECT data_date, expected FROM (${select}) AS old`);
const widened = versionWith((select) => `SELECT old.*, 1 AS added FROM (${select}) AS old`);

const rowsOfSchema = () =>
  database
    .prepare("SELECT rowid, name, sql FROM sqlite_master WHERE name <> 'coverage_daily' ORDER BY rowid")
    .all();

test("one view that changes is replaced, with the triggers on it, and no other is touched", async () => {
  database.exec(`
    CREATE VIEW mine AS SELECT data_date, fresh FROM coverage_daily;
    CREATE TRIGGER quiet INSTEAD OF INSERT ON coverage_daily BEGIN SELECT 1; END`);
  const before = rowsOfSchema().filter((row) => (row as { name: string }).name !== "quiet");
  const done = await migrateLedger(opened.url, { version: widened });
  expect(done?.views).toEqual({ created: [], replaced: ["coverage_daily"], recreated: [], dropped: [] });
  expect(rowsOfSchema().filter((row) => (row as { name: string }).name !== "quiet")).toEqual(before);
  expect(database.prepare("SELECT sql FROM sqlite_master WHERE name = 'quiet'").pluck().get()).toBe(
    "CREATE TRIGGER quiet INSTEAD OF INSERT ON coverage_daily BEGIN SELECT 1; END",
  );
  expect(database.prepare("SELECT * FROM mine").all()).toEqual([]);
});

test("a view that somebody has dropped or replaced is made again", async () => {
  database.exec("DROP VIEW coverage_daily");
  expect((await migrateLedger(opened.url))?.views.created).toEqual(["coverage_daily"]);
  database.exec("DROP VIEW risk_daily; CREATE VIEW risk_daily AS SELECT 100 AS score; DELETE FROM view_hash");
  expect((await migrateLedger(opened.url))?.views.replaced).toEqual(["risk_daily"]);
});

test("a view of an analyst that reads a column which goes is named; one that was broken before is not", async () => {
  database.exec(`
    CREATE VIEW broken AS SELECT nothing_like_it FROM run;
    CREATE VIEW mine AS SELECT data_date, fresh FROM coverage_daily`);
  // views of ours read the column, too: leave those aside
  const alone: Version = {
    ...narrowed,
    views: () => narrowed.views("sqlite").filter(([name]) => KEPT.has(name)),
  };
  await expect(migrateLedger(opened.url, { version: alone })).rejects.toMatchObject({
    name: "BlockedUpgradeError",
    blockers: [{ name: "view mine", sql: "CREATE VIEW mine AS SELECT data_date, fresh FROM coverage_daily" }],
  });
  expect(database.prepare("SELECT fresh FROM mine").all()).toEqual([]);
});

/** Views that need no other column of the coverage, and what they read. */
const KEPT = new Set([
  "coverage_daily",
  "coverage_target_daily",
  "severity_risk",
  "counter_value",
  "policy",
  "score_band",
]);

test("a view of ours that a later version has no more is dropped", async () => {
  const fewer: Version = {
    ...THIS_VERSION,
    views: (engine) => THIS_VERSION.views(engine).filter(([name]) => name !== "payload_storage"),
  };
  expect((await migrateLedger(opened.url, { version: fewer }))?.views.dropped).toEqual(["payload_storage"]);
  expect((await migrateLedger(opened.url))?.views.created).toEqual(["payload_storage"]);
});

test("a file that another process writes says so", async () => {
  database.pragma("busy_timeout = 0");
  database.exec("BEGIN IMMEDIATE");
  await expect(migrateLedger(opened.url, { version: widened })).rejects.toThrow(
    /^The ledger was not upgraded: it waited too long for another process, which uses it\. Nothing was changed\./,
  );
  database.exec("ROLLBACK");
}, 60_000);
