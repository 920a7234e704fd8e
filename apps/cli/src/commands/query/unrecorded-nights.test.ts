import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSimulator } from "@nightledger/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runHere } from "../../test-command.ts";
import { writeSimulatorConfig } from "../../write-simulator-config.ts";

let folder: string;
const query = (...args: string[]) => runHere(folder, ["query", ...args]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-unrecorded-"));
  const simulator = await startSimulator({ accounts: 1, projects: 3, limit: null });
  try {
    writeSimulatorConfig(simulator, join(folder, "nightledger.yaml"));
    // nobody recorded the 23rd
    for (const date of ["2026-11-22", "2026-11-24", "2026-11-25"]) {
      simulator.setDate(date);
      expect((await runHere(folder, ["ingest", "--date", date])).status).toBe(0);
    }
  } finally {
    await simulator.close();
  }
  const retracted = ["retract", "--date", "2026-11-25", "--reason", "a test"];
  expect(await runHere(folder, retracted)).toMatchObject({ status: 0 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const notOnRecord = (night: string) =>
  `0 rows\nnightledger: The night of ${night} is not on record. The first night on record is 2026-11-22, the last 2026-11-24.\n`;

test.each([
  [["--saved", "lowest-scores", "--param", "night=2026-12-31"], "2026-12-31"],
  [["--saved", "lowest-scores", "--param", "night=2026-11-23"], "2026-11-23"],
  [["--saved", "portfolio-trend", "--param", "until=2020-01-01"], "2020-01-01"],
  [["SELECT * FROM risk_daily WHERE data_date = '2026-12-31'"], "2026-12-31"],
  [["SELECT * FROM risk_daily r WHERE r.data_date IN ('2026-11-21')"], "2026-11-21"],
] as const)("says that the night of %j is not on record, and exits 3", async (args, night) => {
  const { status, out, err } = await query("--json", ...args);
  expect({ status, out, err }).toEqual({ status: 3, out: "[\n]\n", err: notOnRecord(night) });
});

test("says that a night was taken out, and where its reason is", async () => {
  expect(await query("--json", "--saved", "lowest-scores", "--param", "night=2026-11-25")).toEqual({
    status: 3,
    out: "[\n]\n",
    err: '0 rows\nnightledger: The night of 2026-11-25 was taken out of every figure: "nightledger query --saved retractions" has the reason.\n',
  });
});

test("says 0 rows on stderr where a night on record has none, and exits 0", async () => {
  const none = ["--saved", "lowest-scores", "--param", "account=nobody"];
  expect(await query("--format", "csv", ...none)).toEqual({
    status: 0,
    out: "project_name,account,region,score,deducted,total_risk_num\n",
    err: "0 rows\n",
  });
  expect(await query("SELECT 1 AS one WHERE 1 = 0")).toMatchObject({ status: 0, err: "0 rows\n" });
});

test("answers what a night that nobody recorded has, its gaps", async () => {
  const missing = await query("--saved", "missing", "--param", "night=2026-11-23", "--format", "csv");
  expect(missing).toMatchObject({ status: 0, err: "" });
  expect(missing.out.split("\n")).toHaveLength(5);
});

test("begins a CSV with a byte order mark where --bom asks for one", async () => {
  const sql = "SELECT '零售' AS unit";
  expect((await query("--format", "csv", "--bom", sql)).out).toBe("\u{feff}unit\n零售\n");
  await query("--bom", "--out", join(folder, "unit.csv"), sql);
  expect(readFileSync(join(folder, "unit.csv")).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  expect((await query("--format", "csv", sql)).out).toBe("unit\n零售\n");
  expect(await query("--json", "--bom", sql)).toMatchObject({
    status: 2,
    err: expect.stringContaining("--bom is for CSV"),
  });
});
