import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { startSimulator } from "@nightledger/simulator";
import { expect, test } from "vitest";
import { writeSimulatorConfig } from "./write-simulator-config.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const EVENING = "2026-11-23";
const NIGHT = "2026-11-24";
/** Room for the plan of the night and a part of its answers, not for all; in the shell's blocks of 512 bytes. */
const ROOM = 2 * 250;

/** The command as a user runs it, where no file may grow beyond a size. */
function ingest(cwd: string, date: string, blocks: number | "unlimited") {
  const command = [process.execPath, MAIN, "ingest", "--date", date];
  const child = spawn("sh", ["-c", 'ulimit -f "$0" && exec "$@"', String(blocks), ...command], {
    cwd,
    env: { PATH: process.env.PATH },
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  return new Promise<{ status: number | null; out: string; err: string }>((resolve) =>
    child.on("close", (status) => resolve({ status, out, err })),
  );
}

function rows(file: string, sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const read = database.prepare(sql).all();
    return read.map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

test("a disk that fills up ends the command with a sentence and status 4; with room again it does the rest", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-full-"));
  const ledger = join(folder, "nightledger.db");
  const simulator = await startSimulator({ accounts: 2, projects: 60, limit: null, date: EVENING });
  try {
    writeSimulatorConfig(simulator, join(folder, "nightledger.yaml"));
    expect(await ingest(folder, EVENING, "unlimited")).toMatchObject({ status: 0 });
    const evening = rows(ledger, "SELECT * FROM risk_daily");
    simulator.setDate(NIGHT);
    // every answer of the night is new, and long
    simulator.setFaults({ faults: [{ operation: "ListSecurityRisk", fault: "policies_32" }] });

    const full = await ingest(folder, NIGHT, ROOM);
    expect(full).toMatchObject({ status: 4, out: "" });
    expect(full.err.trim().split("\n").at(-1)).toMatch(
      /^nightledger: The ledger cannot be written: there is no room left where "database" lies \(SQLITE_\w+\)\. What is on record stays\. Make room there, then run the same command again: it fetches only what is missing\.$/,
    );
    expect(rows(ledger, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
    expect(rows(ledger, `SELECT * FROM risk_daily WHERE data_date = '${EVENING}'`)).toEqual(evening);
    const tonight = `SELECT expected, missing > 0 AS some_missing FROM coverage_daily WHERE data_date = '${NIGHT}'`;
    expect(rows(ledger, tonight)).toEqual([{ expected: 59, some_missing: 1 }]);

    expect(await ingest(folder, NIGHT, "unlimited")).toMatchObject({
      status: 0,
      out: expect.stringMatching(/complete\. 59 targets expected: .* 0 missing\./),
    });
    expect(rows(ledger, "SELECT * FROM coverage_daily ORDER BY data_date")).toEqual([
      { data_date: EVENING, expected: 59, fresh: 59, carried: 0, missing: 0 },
      { data_date: NIGHT, expected: 59, fresh: 59, carried: 0, missing: 0 },
    ]);
  } finally {
    await simulator.close();
    rmSync(folder, { recursive: true });
  }
});
