import { execFileSync, spawnSync } from "node:child_process";
import Database from "better-sqlite3";
import { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { beforeEach, expect, test } from "vitest";
import * as first from "./migrations/0001-ledger.ts";
import { openLedger } from "./open.ts";
import { openWritable } from "./sqlite.ts";
import type { Schema } from "./tables.ts";
import { emptyDatabase } from "./test-engines.ts";
import { VIEW_DEFINITIONS } from "./view-definitions.ts";

let file: string;

beforeEach(async () => {
  const database = await emptyDatabase();
  file = database.url;
  return database.remove;
});

const hasShell = spawnSync("sqlite3", ["-version"]).status === 0;

test.skipIf(!hasShell)("the stock sqlite3 shell answers every view", async () => {
  await (await openLedger(file)).close();
  const names = VIEW_DEFINITIONS.map(([name]) => name);
  const sql = names.map((name) => `SELECT '${name}', COUNT(*) >= 0 FROM ${name};`).join("\n");
  const printed = execFileSync("sqlite3", ["-readonly", file, sql], { encoding: "utf8" });
  expect(printed.trim().split("\n")).toEqual(names.map((name) => `${name}|1`));
});

test("a ledger of the first version is brought up to date with all it holds", async () => {
  const old = new Kysely<Schema>({ dialect: openWritable(file).dialect });
  const provider = { getMigrations: async () => ({ "0001-ledger": first }) };
  await new Migrator({ db: old, provider }).migrateToLatest();
  await old
    .insertInto("risk_list")
    .values({ id: 1, hash: Buffer.from("x"), total_risk_num: 3 })
    .execute();
  const row = { risk_list_id: 1, category: "alarm" as const, position: 0, severity: "high" as const };
  const severities = {
    ...row,
    severity_raw: "High",
    risk_num: 3,
    affected_num: 1,
    affected_unit: "host" as const,
  };
  await old.insertInto("severity_risk").values(severities).execute();
  await old.destroy();

  const opened = await openLedger(file);
  expect(await opened.db.selectFrom("severity_risk").selectAll().execute()).toEqual([severities]);
  expect(await opened.db.selectFrom("quality_issue").selectAll().execute()).toEqual([]);
  await opened.close();
});

test("a migration that breaks off leaves the ledger as it was, and the next start does it whole", async () => {
  const before = new Database(file);
  // the second table that a migration makes is in its way
  before.exec("CREATE TABLE delivery_event (x)");
  before.close();
  await expect(openLedger(file)).rejects.toThrow('table "delivery_event" already exists');
  const between = new Database(file);
  const tables = between
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'kysely%'")
    .all();
  expect(tables).toEqual([{ name: "delivery_event" }]);
  between.exec("DROP TABLE delivery_event");
  between.close();
  const ledger = await openLedger(file);
  expect(await ledger.db.selectFrom("delivery_history").selectAll().execute()).toEqual([]);
  await ledger.close();
});
