import { appendFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { openLedger } from "@nightledger/store";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Exit, runHere } from "./test-command.ts";
import { writeSimulatorConfig } from "./write-simulator-config.ts";

let folder: string;
let config: string;
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ accounts: 1, projects: 2, limit: null });
});

afterAll(async () => {
  await simulator.close();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-stored-"));
  config = join(folder, "nightledger.yaml");
  writeSimulatorConfig(simulator, config);
  return () => rmSync(folder, { recursive: true });
});

const nightledger = (...args: string[]) => runHere(folder, args);

async function ingest(date: string): Promise<Exit> {
  simulator.setDate(date);
  return await nightledger("ingest", "--date", date, "--json");
}

/** Changes what is stored of the documented night, as an older normalizer would have left it. */
async function leaveAsAnOlderNormalizer(): Promise<void> {
  const ledger = await openLedger(join(folder, "nightledger.db"));
  const { db } = ledger;
  const documented = db.selectFrom("risk_list").select("id").where("total_risk_num", "=", 10663);
  const { id } = await documented.executeTakeFirstOrThrow();
  const hash = Buffer.from("as an older normalizer had it");
  await db.updateTable("risk_list").set({ total_risk_num: 10670, hash }).where("id", "=", id).execute();
  await ledger.close();
}

test("replay shows by night and figure what differs, and the next one finds nothing", async () => {
  await ingest("2026-11-24");
  await leaveAsAnOlderNormalizer();
  const dry = await nightledger("replay", "--dry-run");
  expect(dry.status).toBe(0);
  expect(dry.out).toContain("1 night read again: 1 figure would differ, nothing was written.");

  const project = simulator.world.projects[0]?.name ?? "";
  const account = simulator.world.accounts[0]?.name ?? "";
  const done = await nightledger("replay");
  expect(done.status).toBe(0);
  const [said, , nights, , night, , figures, , figure] = done.out.split("\n");
  expect(said).toBe("1 night read again: 1 figure differs.");
  expect(nights?.split(/ {2,}/)).toEqual([
    "night",
    "run",
    "answers",
    "unchanged",
    "revised",
    "admitted",
    "quarantined",
    "unreadable",
  ]);
  expect(night?.split(/ +/)).toEqual(["2026-11-24", "2", "2", "1", "1", "0", "0", "0"]);
  expect(figures?.split(/ +/)).toEqual([
    "night",
    "category",
    "figure",
    "account",
    "project",
    "before",
    "after",
  ]);
  expect(figure?.split(/ +/)).toEqual([
    "2026-11-24",
    "–",
    "total_risk_num",
    account,
    project,
    "10670",
    "10663",
  ]);

  const again = await nightledger("replay", "--date", "2026-11-24", "--json");
  expect(JSON.parse(again.out)).toMatchObject({ status: "complete", figures: [], differences: 0 });
});

test("replay --json is one document with every figure", async () => {
  await ingest("2026-11-24");
  await leaveAsAnOlderNormalizer();
  const { status, out, err } = await nightledger("replay", "--from", "2026-11-24", "--json");
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(JSON.parse(out)).toMatchObject({
    figures: [{ data_date: "2026-11-24", figure: "total_risk_num", before: 10670, after: 10663 }],
    dryRun: false,
    status: "complete",
    differences: 1,
    nights: [{ dataDate: "2026-11-24", runId: 2, revised: 1 }],
  });
});

test("a stored answer that cannot be read any more is named, with exit status 3", async () => {
  await ingest("2026-11-24");
  const ledger = await openLedger(join(folder, "nightledger.db"));
  await ledger.db
    .updateTable("payload")
    .set({ hash: Buffer.from("another") })
    .where("id", "=", 1)
    .execute();
  await ledger.close();
  const { status, out } = await nightledger("replay");
  expect(status).toBe(3);
  expect(out).toContain("Payload 1 does not give the bytes that its hash stands for");
});

test("ingest packs what has become old, and says so", async () => {
  appendFileSync(config, "retention: { payloadMonths: 1 }\n");
  expect(JSON.parse((await ingest("2026-09-24")).out)).toMatchObject({ compaction: null });
  const { compaction } = JSON.parse((await ingest("2026-11-24")).out);
  expect(compaction).toMatchObject({
    runId: 3,
    status: "complete",
    before: "2026-10-01",
    payloads: 2,
    packed: 2,
  });
  const runs = JSON.parse((await nightledger("runs", "--json")).out);
  expect(runs).toMatchObject([
    { run_id: 3, kind: "compact", data_date: "2026-11-24", status: "complete", expected: 2, fetched: 2 },
    { run_id: 2, kind: "ingest" },
    { run_id: 1, kind: "ingest" },
  ]);
});

test("compact says how many payloads it packed and the room they took, and has nothing to do a second time", async () => {
  await ingest("2020-01-31");
  const done = await nightledger("compact", "--months", "1", "--vacuum");
  expect(done.status).toBe(0);
  expect(done.out).toMatch(/^Run 2: 2 of 2 payloads last used before \d{4}-\d\d-01 packed\.\n/);
  expect(done.out).toMatch(/\ndeflated +2 +\d+ +0 +0\npacked +0 +0 +2 +\d+\n$/);
  const again = await nightledger("compact", "--months", "1", "--json");
  expect(JSON.parse(again.out)).toMatchObject({ runId: null, payloads: 0, packed: 0 });
});

test.each([
  [["compact"], "Set retention.payloadMonths in the configuration, or give --months"],
  [["compact", "--months", "many"], '--months takes a whole number, not "many"'],
  [["replay", "--date", "2026-11-24", "--from", "2026-11-23"], "--date is one night"],
  [["replay", "--from", "2026-11-24", "--to", "2026-11-23"], "2026-11-24 is after 2026-11-23"],
  [["replay", "--from", "yesterday"], '"yesterday" is no date'],
  [["replay"], "There is no ledger at"],
  [["compact", "--months", "1"], "There is no ledger at"],
])("nightledger %j is told off in one sentence", async (args, sentence) => {
  const refused = await nightledger(...args);
  expect(refused.status).toBe(2);
  expect(refused.out).toBe("");
  expect(refused.err).toContain(sentence);
  expect(refused.err.trim().split("\n")).toHaveLength(1);
  expect(existsSync(join(folder, "nightledger.db"))).toBe(false);
});
