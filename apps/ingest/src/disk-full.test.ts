import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { OneRun } from "./process/one-run.ts";
import { runProcess } from "./process/run-process.ts";

const EVENING = "2026-11-23";
const NIGHT = "2026-11-24";
/** Room for the plan of the night and a part of its answers, not for all. */
const FILE_KIB = 200;

let folder: string;
let path: string;
let simulator: Simulator;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-full-"));
  path = join(folder, "ledger.db");
  simulator = await startSimulator({ accounts: 2, projects: 24, limit: null, date: EVENING });
  await runProcess(order(EVENING));
  simulator.setDate(NIGHT);
  // every answer of the night is new, and long
  simulator.setFaults({ faults: [{ operation: "ListSecurityRisk", fault: "policies_32" }] });
});

afterEach(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});

const order = (dataDate: string): OneRun => ({
  url: simulator.url,
  accounts: simulator.world.accounts.map(({ name, ak, sk }) => ({ name, ak, sk })),
  path,
  dataDate,
});

function rows(sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

test("a disk that fills up in the night is said so, the ledger is whole, and the next run completes it", async () => {
  const evening = rows("SELECT * FROM risk_daily");
  const full = await runProcess(order(NIGHT), { fileKiB: FILE_KIB });
  expect(full.done).toBeNull();
  expect(full.failed?.name).toBe("DiskFullError");
  expect(full.failed?.message).toMatch(
    /^The ledger cannot be written: there is no room left where "database" lies \(SQLITE_\w+\)\. What is on record stays\. Make room there, then run the same command again: it fetches only what is missing\.$/,
  );
  expect(rows("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  expect(rows(`SELECT * FROM risk_daily WHERE data_date = '${EVENING}'`)).toEqual(evening);
  expect(
    rows(`SELECT expected, missing > 0 AS some_missing FROM coverage_daily WHERE data_date = '${NIGHT}'`),
  ).toEqual([{ expected: 23, some_missing: 1 }]);
  expect(rows(`SELECT DISTINCT failure_kind FROM coverage_target_daily WHERE outcome = 'missing'`)).toEqual([
    { failure_kind: "not_attempted" },
  ]);

  const next = await runProcess(order(NIGHT));
  expect(next.done?.done).toMatchObject({ status: "complete", expected: 23, missing: 0 });
  expect(rows("SELECT * FROM coverage_daily ORDER BY data_date")).toEqual([
    { data_date: EVENING, expected: 23, fresh: 23, carried: 0, missing: 0 },
    { data_date: NIGHT, expected: 23, fresh: 23, carried: 0, missing: 0 },
  ]);
});
