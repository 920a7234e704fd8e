import { execFileSync, spawnSync } from "node:child_process";
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
