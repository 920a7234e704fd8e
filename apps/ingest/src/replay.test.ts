import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { DEFAULT_LIMITS, openCloud, openNetwork, Secret } from "@nightledger/core";
import { type FaultProfile, type Simulator, startSimulator } from "@nightledger/simulator";
import {
  compactPayloads,
  type Ledger,
  openLedger,
  type RevisionDaily,
  readPayload,
} from "@nightledger/store";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ingest } from "./ingest.ts";
import { replay } from "./replay.ts";
import type { ReplayJob } from "./replay-job.ts";

const NIGHTS = ["2026-11-22", "2026-11-23", "2026-11-24"] as const;
const limits = { ...DEFAULT_LIMITS, retries: 0, retryMinMs: 1, timeoutMs: 5000 };
const network = openNetwork({ concurrency: 4, limits, quota: null });

const hashOf = (said: string | Buffer): Buffer => createHash("sha256").update(said).digest();

let simulator: Simulator;
let ledger: Ledger;

beforeAll(async () => {
  simulator = await startSimulator({ accounts: 1, projects: 2, limit: null });
});

afterAll(async () => {
  await simulator.close();
  await network.close();
});

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-replay-"));
  ledger = await openLedger(join(folder, "ledger.db"));
  return async () => {
    await ledger.close();
    rmSync(folder, { recursive: true });
  };
});

async function record(dataDate: string, faults: FaultProfile = {}): Promise<void> {
  simulator.setDate(dataDate);
  simulator.setFaults(faults);
  const { url } = simulator;
  const accounts = simulator.world.accounts.map(({ name, ak, sk }) => ({
    cloud: openCloud({
      account: name,
      credential: { kind: "key", ak, sk: new Secret(sk) },
      endpoints: { iam: url, eps: url, hss: url },
      limits,
      network,
    }),
    enterpriseProjects: "all_granted_eps" as const,
  }));
  await ingest(ledger, { dataDate, accounts, concurrency: 1 });
}

async function recordAll(): Promise<void> {
  for (const dataDate of NIGHTS) await record(dataDate);
}

/** The first project's target: it answers the documented example on the last night. */
async function documentedTarget(): Promise<number> {
  const { target_id } = await ledger.db
    .selectFrom("risk_daily")
    .select("target_id")
    .where("project_id", "=", simulator.world.projects[0]?.id ?? "")
    .executeTakeFirstOrThrow();
  return target_id;
}

/** Leaves the documented night as a normalizer that knew no image risk and took 7 risks too many would have. */
async function asAnOlderNormalizerLeftIt(): Promise<void> {
  const { db } = ledger;
  const { risk_list_id: id } = await db
    .selectFrom("snapshot")
    .select("risk_list_id")
    .where("target_id", "=", await documentedTarget())
    .where("data_date", "=", NIGHTS[2])
    .executeTakeFirstOrThrow();
  await db
    .updateTable("risk_list")
    .set({ total_risk_num: 10670, hash: hashOf("as an older normalizer had it") })
    .where("id", "=", id)
    .execute();
  for (const table of ["severity_item", "counter_item"] as const) {
    await db.deleteFrom(table).where("risk_list_id", "=", id).where("category", "=", "image").execute();
  }
  await db
    .updateTable("category_risk")
    .set({ present: 0, total_risk_num: null, deduct_score: null })
    .where("risk_list_id", "=", id)
    .where("category", "=", "image")
    .execute();
}

async function replayed(job: ReplayJob = {}) {
  const differences: RevisionDaily[] = [];
  const result = await replay(ledger, { ...job, onDifferences: (rows) => differences.push(...rows) });
  return { result, differences };
}

const brief = (rows: readonly RevisionDaily[]) =>
  rows.map(({ category, figure, before, after }) => [category, figure, before, after]);

async function documentedRisk() {
  return await ledger.db
    .selectFrom("risk_daily")
    .select(["score", "deducted", "total_risk_num"])
    .where("target_id", "=", await documentedTarget())
    .where("data_date", "=", NIGHTS[2])
    .execute();
}

/** All that a replay may write. */
async function everything() {
  const { db } = ledger;
  return {
    snapshots: await db
      .selectFrom("snapshot")
      .selectAll()
      .orderBy("target_id")
      .orderBy("data_date")
      .execute(),
    gaps: await db.selectFrom("gap").selectAll().execute(),
    riskLists: await db.selectFrom("risk_list").selectAll().orderBy("id").execute(),
    revisions: await db.selectFrom("revision").selectAll().execute(),
    drifts: await db.selectFrom("drift").selectAll().execute(),
    runs: await db.selectFrom("run").selectAll().execute(),
  };
}

const EXPECTED = [
  [null, "deducted", null, 90],
  [null, "score", null, 10],
  [null, "total_risk_num", 10670, 10663],
];

test("a ledger that is read as it stands is left as it stands", async () => {
  await recordAll();
  const before = await everything();
  const { result, differences } = await replayed();
  expect(result).toMatchObject({ status: "complete", differences: 0, unreadable: [] });
  expect(
    result.nights.map(({ dataDate, runId, answers, unchanged }) => [dataDate, runId, answers, unchanged]),
  ).toEqual(NIGHTS.map((dataDate) => [dataDate, null, 2, 2]));
  expect(differences).toEqual([]);
  expect(await everything()).toEqual(before);
});

test("what an older normalizer left is read as it is today, and the figures that differ are told", async () => {
  await recordAll();
  await asAnOlderNormalizerLeftIt();
  expect(await documentedRisk()).toEqual([{ score: null, deducted: null, total_risk_num: 10670 }]);

  const { result, differences } = await replayed();
  expect(await documentedRisk()).toEqual([{ score: 10, deducted: 90, total_risk_num: 10663 }]);
  expect(result.nights.at(-1)).toEqual({
    dataDate: NIGHTS[2],
    runId: 4,
    answers: 2,
    unchanged: 1,
    revised: 1,
    admitted: 0,
    quarantined: 0,
    unreadable: 0,
  });
  expect(brief(differences).slice(0, 3)).toEqual(EXPECTED);
  expect(brief(differences)).toContainEqual(["image", "un_scanned_image_num", null, 5]);
  expect(result.differences).toBe(differences.length);
  expect(await ledger.db.selectFrom("revision_daily").selectAll().execute()).toHaveLength(differences.length);
  const runs = ledger.db
    .selectFrom("run_history")
    .select(["kind", "status", "expected", "already_fresh", "fetched"]);
  expect(await runs.where("run_id", "=", 4).execute()).toEqual([
    { kind: "replay", status: "complete", expected: 2, already_fresh: 1, fetched: 1 },
  ]);
});

test("a second replay changes nothing", async () => {
  await recordAll();
  await asAnOlderNormalizerLeftIt();
  await replayed();
  const before = await everything();
  expect((await replayed()).result.differences).toBe(0);
  expect(await everything()).toEqual(before);
});

test("a dry run tells the differences and writes nothing", async () => {
  await recordAll();
  await asAnOlderNormalizerLeftIt();
  const before = await everything();
  const dry = await replayed({ dryRun: true });
  expect(brief(dry.differences).slice(0, 3)).toEqual(EXPECTED);
  expect(await everything()).toEqual(before);
  expect(brief((await replayed()).differences)).toEqual(brief(dry.differences));
});

test("only the nights and the targets that are named are read again", async () => {
  await recordAll();
  await asAnOlderNormalizerLeftIt();
  expect((await replayed({ to: NIGHTS[1] })).result.nights.map(({ dataDate }) => dataDate)).toEqual([
    NIGHTS[0],
    NIGHTS[1],
  ]);
  const other = simulator.world.projects[1]?.id;
  const { result } = await replayed({ from: NIGHTS[2], only: ({ projectId }) => projectId === other });
  expect(result.nights).toMatchObject([{ dataDate: NIGHTS[2], answers: 1, unchanged: 1 }]);
  expect((await replayed({ from: NIGHTS[2], to: NIGHTS[2] })).result.nights).toMatchObject([{ revised: 1 }]);
});

test("a quarantined answer that still cannot be understood stays where it is", async () => {
  await record(NIGHTS[2], { faults: [{ fault: "numbers_as_strings", project: 1 }] });
  const before = await everything();
  const { result } = await replayed();
  expect(result).toMatchObject({
    status: "complete",
    nights: [{ answers: 2, unchanged: 1, quarantined: 1 }],
  });
  expect(await everything()).toEqual(before);
});

/** Puts the documented night back where a contract that did not know it would have left it. */
async function asAnOlderContractLeftIt(): Promise<void> {
  await record(NIGHTS[2]);
  const { db } = ledger;
  const target = await documentedTarget();
  const { payload_id } = await db
    .deleteFrom("snapshot")
    .where("target_id", "=", target)
    .returning("payload_id")
    .executeTakeFirstOrThrow();
  await db
    .insertInto("gap")
    .values({
      target_id: target,
      data_date: NIGHTS[2],
      failure_kind: "contract",
      detail: "Not what its documentation says.",
      attempts: 1,
      run_id: 1,
      payload_id,
    })
    .execute();
}

test("a quarantined answer that is understood today is admitted to its night", async () => {
  await asAnOlderContractLeftIt();
  const coverage = () => ledger.db.selectFrom("coverage_daily").selectAll().execute();
  expect(await coverage()).toEqual([{ data_date: NIGHTS[2], expected: 2, fresh: 1, carried: 0, missing: 1 }]);

  const { result, differences } = await replayed();
  expect(result.nights).toMatchObject([{ runId: 2, answers: 2, unchanged: 1, admitted: 1, quarantined: 0 }]);
  expect(await coverage()).toEqual([{ data_date: NIGHTS[2], expected: 2, fresh: 2, carried: 0, missing: 0 }]);
  expect(await documentedRisk()).toEqual([{ score: 10, deducted: 90, total_risk_num: 10663 }]);
  expect(brief(differences).slice(0, 3)).toEqual([
    [null, "deducted", null, 90],
    [null, "score", null, 10],
    [null, "total_risk_num", null, 10663],
  ]);
  const revision = ledger.db.selectFrom("revision").select(["run_id", "risk_list_before"]);
  expect(await revision.execute()).toEqual([{ run_id: 2, risk_list_before: null }]);
  const { started_at } = await ledger.db.selectFrom("run").select("started_at").executeTakeFirstOrThrow();
  const snapshot = ledger.db.selectFrom("snapshot").select(["run_id", "fetched_at", "attempts"]);
  expect(await snapshot.where("run_id", "=", 2).execute()).toEqual([
    { run_id: 2, fetched_at: Math.floor(Date.parse(started_at) / 1000), attempts: 1 },
  ]);
});

test("a stored answer that cannot be read any more keeps its night, and is named", async () => {
  await recordAll();
  const target = await documentedTarget();
  const { payload_id } = await ledger.db
    .selectFrom("snapshot")
    .select("payload_id")
    .where("target_id", "=", target)
    .where("data_date", "=", NIGHTS[2])
    .executeTakeFirstOrThrow();
  const odd = Buffer.from('{"total_risk_num":"many"}');
  await ledger.db
    .updateTable("payload")
    .set({ hash: hashOf(odd), deflated: deflateSync(odd) })
    .where("id", "=", payload_id)
    .execute();
  const before = await everything();
  const { result } = await replayed();
  expect(result).toMatchObject({ status: "partial", differences: 0 });
  expect(result.unreadable).toMatchObject([
    {
      dataDate: NIGHTS[2],
      projectId: simulator.world.projects[0]?.id,
      problem: expect.stringContaining("$.total_risk_num"),
    },
  ]);
  expect(await everything()).toEqual(before);
});

test("a replay that is stopped has done whole nights, and another does the rest", async () => {
  await recordAll();
  await asAnOlderNormalizerLeftIt();
  const stop = new AbortController();
  const first = await replayed({ signal: stop.signal, onProgress: () => stop.abort() });
  expect(first.result).toMatchObject({ status: "interrupted", nights: [{ dataDate: NIGHTS[0] }] });
  expect((await replayed()).result).toMatchObject({ status: "complete", nights: [{}, {}, { revised: 1 }] });
});

test("a replay of packed payloads gives what it gives before they are packed", async () => {
  await recordAll();
  await asAnOlderNormalizerLeftIt();
  const first = await readPayload(ledger.db, 1);
  const dry = await replayed({ dryRun: true });
  const packed = await compactPayloads(ledger, { dataDate: NIGHTS[2], before: "2026-12-01" });
  expect(packed).toMatchObject({ status: "complete", runId: 4 });
  expect(packed.storageAfter).toMatchObject([{ form: "deflated", payloads: 0 }, { form: "packed" }]);
  expect(await readPayload(ledger.db, 1)).toEqual(first);
  expect(brief((await replayed()).differences)).toEqual(brief(dry.differences));
  expect(await documentedRisk()).toEqual([{ score: 10, deducted: 90, total_risk_num: 10663 }]);
});
