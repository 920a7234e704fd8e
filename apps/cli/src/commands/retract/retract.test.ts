import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { runHere } from "../../test-command.ts";
import { writeSimulatorConfig } from "../../write-simulator-config.ts";

let folder: string;
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ accounts: 1, projects: 2, limit: null });
});

afterAll(async () => {
  await simulator.close();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-retract-"));
  writeSimulatorConfig(simulator, join(folder, "nightledger.yaml"));
  return () => rmSync(folder, { recursive: true });
});

const nightledger = (...args: string[]) => runHere(folder, args);

async function ingest(...dates: string[]): Promise<void> {
  for (const date of dates) {
    simulator.setDate(date);
    expect(await nightledger("ingest", "--date", date)).toMatchObject({ status: 0 });
  }
}

const nightsOf = async (...options: string[]) => {
  const sql = "SELECT data_date, fresh, missing FROM coverage_daily ORDER BY 1";
  const { out } = await nightledger("query", sql, "--format", "csv", ...options);
  return out.trim().split(/\r?\n/).slice(1);
};

test("takes a night out, says so in runs and in doctor's history, and puts it back", async () => {
  await ingest("2026-11-22", "2026-11-23", "2026-11-24");
  const done = await nightledger("retract", "--date", "2026-11-24", "--reason", "The clock was a day ahead.");
  expect(done).toEqual({
    status: 0,
    err: "",
    out:
      "The night of 2026-11-24 is out of every figure: 2 answers and 0 missing targets (run 4). Reason: The clock was a day ahead.\n" +
      "The rows stay in the ledger. To put them back: nightledger retract --date 2026-11-24 --undo\n",
  });
  expect(await nightsOf()).toEqual(["2026-11-22,2,0", "2026-11-23,2,0"]);

  const { out: runs } = await nightledger("runs");
  expect(runs).toMatch(/^ +3 +ingest +2026-11-24 .* complete, retracted/m);
  expect(runs).toMatch(/^ +4 +retract +2026-11-24 .* complete /m);
  const saved = await nightledger("query", "--saved", "retractions", "--format", "csv");
  expect(saved.out).toContain("2026-11-24,,2,2,The clock was a day ahead.,");
  const report = await nightledger("report", "--report", "executive-summary", "--format", "html");
  expect(report.out).toContain("2026-11-23");

  const undone = await nightledger("retract", "--date", "2026-11-24", "--undo", "--json");
  expect(JSON.parse(undone.out)).toMatchObject({
    ...{ retractionId: 2, runId: 5, dataDate: "2026-11-24", only: null, undone: true },
    ...{ answers: 2, gaps: 0, sentNights: [], snapshot: { problem: null } },
  });
  expect(await nightsOf()).toEqual(["2026-11-22,2,0", "2026-11-23,2,0", "2026-11-24,2,0"]);
});

/** The pages of the executive summary, without the one that says where its figures come from. */
async function summaryOf(date: string): Promise<string> {
  const made = await nightledger("report", "--date", date, "--format", "html", "--out", "out", "--json");
  expect(made).toMatchObject({ status: 0 });
  const [file] = readdirSync(join(folder, "out"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".html"),
  );
  const html = readFileSync(join(folder, "out", file ?? ""), "utf8");
  rmSync(join(folder, "out"), { recursive: true });
  const provenance = html.indexOf('id="provenance"');
  expect(provenance).toBeGreaterThan(0);
  return html.slice(0, provenance);
}

test("the executive summary is that of a ledger which never had the night, and again that which had it", async () => {
  await ingest("2026-11-21", "2026-11-22");
  const never = await summaryOf("2026-11-22");
  await ingest("2026-11-23");
  const had = await summaryOf("2026-11-23");
  await nightledger("retract", "--date", "2026-11-23", "--reason", "A wrong clock.");
  expect(await summaryOf("2026-11-22")).toBe(never);
  await nightledger("retract", "--date", "2026-11-23", "--undo");
  expect(await summaryOf("2026-11-23")).toBe(had);
});

test("takes one project's night out: it is missing on it, with the reason", async () => {
  await ingest("2026-11-23", "2026-11-24");
  const project = simulator.world.projects[0]?.id ?? "";
  const given = ["--only", project, "--reason", "A test project."];
  expect(await nightledger("retract", "--date", "2026-11-24", ...given)).toMatchObject({ status: 0 });
  expect(await nightsOf()).toEqual(["2026-11-23,2,0", "2026-11-24,1,1"]);
  const { out } = await nightledger("runs", "show", "3");
  expect(out).toContain("Taken out: A test project.");
});

test.each<[what: string, args: string[], sentence: string]>([
  ["no date", ["--reason", "x"], "Name the night with --date YYYY-MM-DD."],
  ["no reason", ["--date", "2026-11-24"], "Give the reason with --reason TEXT: it stays on record"],
  ["an empty reason", ["--date", "2026-11-24", "--reason", " "], "Give the reason with --reason TEXT"],
  ["no such date", ["--date", "2026-11-31", "--reason", "x"], '"2026-11-31" is no date.'],
  [
    "a night that is not on record",
    ["--date", "2026-11-20", "--reason", "x"],
    "Nothing that can be taken out is on record of 2026-11-20. Nothing was changed.",
  ],
  ["nothing to undo", ["--date", "2026-11-24", "--undo"], "Nothing is taken out of 2026-11-24."],
])("refuses %s with status 2, and changes nothing", async (_, args, sentence) => {
  await ingest("2026-11-24");
  const { status, out, err } = await nightledger("retract", ...args);
  expect({ status, out }).toEqual({ status: 2, out: "" });
  expect(err).toContain(sentence);
  expect(await nightsOf()).toEqual(["2026-11-24,2,0"]);
});
