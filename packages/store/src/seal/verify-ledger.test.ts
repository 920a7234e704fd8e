import { sql } from "kysely";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { RiskListContent } from "../content.ts";
import { recordGap } from "../gap.ts";
import { loadNights } from "../load-night.ts";
import { type Ledger, openReader } from "../open.ts";
import { planNight } from "../plan-night.ts";
import { finishRun, startRun } from "../run.ts";
import { recordScope } from "../scope.ts";
import { openLedgerLike, openTestLedger, type TestLedger } from "../test-engines.ts";
import { sealOf } from "./seal-of.ts";
import { verifyLedger } from "./verify-ledger.ts";

const CATEGORIES = ["alarm", "vulnerability", "baseline", "asset", "protection", "image"] as const;
const now = new Date("2026-11-24T02:00:00Z");

const targetOf = (projectId: string) => ({
  account: "acme",
  region: "ap-southeast-3",
  projectId,
  projectName: `ap-southeast-3_${projectId}`,
  enterpriseProjectId: "all_granted_eps",
});
const TARGETS = ["p1", "p2", "p3"].map(targetOf);

const contentOf = (deductScore: number): RiskListContent => ({
  totalRiskNum: 9,
  categories: CATEGORIES.map((category) => ({
    category,
    present: category !== "image",
    totalRiskNum: category === "image" ? null : 3,
    deductScore: category === "image" ? null : deductScore,
    severities: [
      { severity: "high", severityRaw: "High", riskNum: 3, affectedNum: 2, affectedUnit: "host" },
      { severity: "low", severityRaw: null, riskNum: 0, affectedNum: null, affectedUnit: "host" },
    ],
    counters: [
      { counter: "un_scanned_host_num", value: null },
      { counter: "existed_pwd_host_num", value: 4 },
    ],
    policies: [
      { policyId: "a", policyName: "tést", osType: "Linux", hostNum: 1, ruleName: null },
      { policyId: null, policyName: null, osType: null, hostNum: null, ruleName: "r" },
    ],
  })),
  textFindings: [{ category: "alarm", rule: "text_nul", detail: "$.alarm_risk.policy_list[0].policy_name" }],
});

let url: string;
let ledger: Ledger;

function use(opened: TestLedger): void {
  ({ ledger, url } = opened);
  onTestFinished(opened.remove);
}

const emptyLedger = async (): Promise<void> => use(await openTestLedger());

let untouched: TestLedger;

/** Three nights: run 1 complete, run 2 partial, run 3 after two nights without a run, partial. */
const threeNights = async (): Promise<void> => use(await openLedgerLike(untouched.url));

beforeAll(async () => {
  untouched = await openTestLedger();
  ({ ledger, url } = untouched);
  await night("2026-11-20");
  await night("2026-11-21", "p3");
  await night("2026-11-24", "p1", "p2");
  await ledger.close();
});
afterAll(() => untouched.remove());

const nightOf = (runId: number, targetId: number, dataDate: string, deductScore: number) => ({
  runId,
  targetId,
  dataDate,
  content: contentOf(deductScore),
  payload: Buffer.from(JSON.stringify(contentOf(deductScore))),
  fetchedAt: now,
  attempts: 1,
});

/** A run up to its end, in which some projects do not answer. */
async function fetchNight(dataDate: string, missing: readonly string[]) {
  const runId = await startRun(ledger.db, dataDate, now);
  const sightings = TARGETS.map((target) => ({ ...target, state: "expected" as const }));
  await recordScope(ledger, { runId, dataDate, asked: ["acme"], configured: ["acme"], sightings });
  const planned = await planNight(ledger, runId, dataDate, TARGETS);
  for (const { targetId, projectId } of planned) {
    if (missing.includes(projectId)) {
      const why = { failureKind: "network", detail: "No answer.", attempts: 4 };
      await recordGap(ledger, { runId, targetId, dataDate, ...why });
    } else {
      const officialScore = { score: 88, riskNum: 9, riskHostNum: 1 };
      await loadNights(ledger, [{ ...nightOf(runId, targetId, dataDate, targetId), officialScore }]);
    }
  }
  return { runId, planned };
}

async function night(dataDate: string, ...missing: string[]): Promise<void> {
  const { runId, planned } = await fetchNight(dataDate, missing);
  const counts = { expected: 3, alreadyFresh: 3 - planned.length, missing: missing.length };
  await finishRun(ledger.db, runId, {
    now,
    status: missing.length === 0 ? "complete" : "partial",
    ...counts,
    fetched: planned.length - missing.length,
    problem: missing.length === 0 ? null : "No answer.",
  });
}

async function found(): Promise<string[]> {
  const reader = await openReader(url);
  const findings: string[] = [];
  for await (const { kind, table, key, runId } of verifyLedger(reader)) {
    findings.push(`${kind}: ${table} ${key} (run ${runId})`);
  }
  await reader.close();
  return findings;
}

test("an untouched ledger verifies clean", async () => {
  await threeNights();
  expect(await found()).toEqual([]);
});

test("an empty ledger verifies clean and has no seal", async () => {
  await emptyLedger();
  expect(await found()).toEqual([]);
  expect(await sealOf(ledger)).toBeNull();
});

test("a night that is resumed, and one that a killed process left, verify clean", async () => {
  await emptyLedger();
  await fetchNight("2026-11-20", ["p2"]);
  await fetchNight("2026-11-20", ["p2", "p3"]);
  expect(await found()).toEqual([]);
  await night("2026-11-20", "p2");
  await night("2026-11-20");
  await startRun(ledger.db, "2026-11-22", now);
  await night("2026-11-23", "p1");
  expect(await found()).toEqual([]);
  const runs = await ledger.db.selectFrom("run_history").select("status").orderBy("run_id").execute();
  expect(runs.map(({ status }) => status)).toEqual([
    "interrupted",
    "interrupted",
    "partial",
    "complete",
    "interrupted",
    "partial",
  ]);
});

test("a ledger verifies clean while a run is under way", async () => {
  await threeNights();
  await fetchNight("2026-11-24", ["p2"]);
  expect(await found()).toEqual([]);
});

const SNAPSHOT_AGAIN = `INSERT INTO snapshot
    (target_id, data_date, risk_list_id, payload_id, run_id, fetched_at, attempts)
  SELECT target_id, '2026-11-24', risk_list_id, payload_id, 3, fetched_at, attempts
    FROM snapshot WHERE target_id = 1 AND data_date = '2026-11-20'`;

test.each<[what: string, statements: string[], findings: string[]]>([
  [
    "a deduction that is changed",
    ["UPDATE category_risk SET deduct_score = 0.5 WHERE risk_list_id = 2 AND category = 'alarm'"],
    ["altered: risk_list id 2 (run null)"],
  ],
  [
    "a total that is changed",
    ["UPDATE risk_list SET total_risk_num = NULL WHERE id = 1"],
    ["altered: risk_list id 1 (run null)"],
  ],
  [
    "a finding about an answer's text that is dropped",
    ["DELETE FROM text_finding WHERE risk_list_id = 1"],
    ["altered: risk_list id 1 (run null)"],
  ],
  [
    "a snapshot that is moved to another night",
    ["UPDATE snapshot SET data_date = '2026-11-22' WHERE target_id = 1 AND data_date = '2026-11-21'"],
    [
      "altered: snapshot run 2 (run 2)",
      "altered: snapshot target 1 on 2026-11-22 (run 2)",
      "altered: official_score target 1 on 2026-11-21 (run null)",
    ],
  ],
  [
    "a snapshot that is deleted with its score",
    [
      "DELETE FROM official_score WHERE target_id = 2 AND data_date = '2026-11-20'",
      "DELETE FROM snapshot WHERE target_id = 2 AND data_date = '2026-11-20'",
    ],
    ["altered: snapshot run 1 (run 1)"],
  ],
  ["a snapshot that is put in", [SNAPSHOT_AGAIN], ["altered: snapshot run 3 (run 3)"]],
  [
    "a snapshot that is put in on a night of its own",
    [SNAPSHOT_AGAIN.replace("'2026-11-24'", "'2026-11-23'")],
    ["altered: snapshot target 1 on 2026-11-23 (run 3)"],
  ],
  [
    "a snapshot that is given another risk list",
    ["UPDATE snapshot SET risk_list_id = 3 WHERE target_id = 1 AND data_date = '2026-11-20'"],
    ["altered: snapshot run 1 (run 1)"],
  ],
  [
    "a score of the cloud that is changed",
    ["UPDATE official_score SET score = 99 WHERE target_id = 1 AND data_date = '2026-11-20'"],
    ["altered: snapshot run 1 (run 1)"],
  ],
  [
    "a scope change that is deleted",
    ["DELETE FROM scope_change WHERE project_id = 'p1'"],
    [
      "altered: snapshot run 1 (run 1)",
      "altered: inventory acme ap-southeast-3 p1 all_granted_eps (run null)",
    ],
  ],
  [
    "a target that is called another",
    ["UPDATE target SET account = 'other' WHERE id = 3"],
    [
      "altered: snapshot run 1 (run 1)",
      "altered: gap run 2 (run 2)",
      "altered: snapshot run 3 (run 3)",
      "altered: gap run 3 (run 3)",
      "altered: target id 3 (run null)",
    ],
  ],
  [
    "a run whose problem is changed",
    ["UPDATE run SET problem = NULL WHERE id = 2"],
    ["altered: run run 2 (run 2)"],
  ],
  [
    "a run that is deleted with all it has",
    [
      "DELETE FROM gap WHERE run_id = 2",
      "DELETE FROM official_score WHERE data_date = '2026-11-21'",
      "DELETE FROM snapshot WHERE run_id = 2",
      "DELETE FROM run_seal WHERE run_id = 2",
      "DELETE FROM ledger_seal WHERE run_id = 2",
      "DELETE FROM run WHERE id = 2",
    ],
    ["altered: run run 3 (run 3)", "altered: ledger_seal seal 4 (run 3)"],
  ],
  [
    "the first run's seal that is deleted",
    ["DELETE FROM run_seal WHERE run_id = 1"],
    ["unsealed: run run 1 (run null)", "altered: run run 2 (run 2)", "altered: ledger_seal seal 2 (run 1)"],
  ],
  [
    "the last run's seal that is deleted",
    ["DELETE FROM run_seal WHERE run_id = 3"],
    ["altered: run_seal run 3 (run 3)", "altered: ledger_seal seal 4 (run 3)"],
  ],
  [
    "a gap that is removed from the newest run",
    ["DELETE FROM gap WHERE data_date = '2026-11-24' AND target_id = 1"],
    ["altered: gap run 3 (run 3)"],
  ],
  [
    "a gap of a night without a run that is removed",
    ["DELETE FROM gap WHERE data_date = '2026-11-22' AND target_id = 3"],
    ["altered: gap run 3 (run 3)"],
  ],
  [
    "a gap that is given another reason",
    ["UPDATE gap SET failure_kind = 'not_run' WHERE data_date = '2026-11-21'"],
    ["altered: gap run 2 (run 2)"],
  ],
])("%s is found", async (_, statements, findings) => {
  await threeNights();
  for (const statement of statements) await sql.raw(statement).execute(ledger.db);
  expect(await found()).toEqual(findings);
});

test("a payload with one byte changed is found, opened or not", async () => {
  await threeNights();
  for (const id of [1, 2]) {
    const { deflated } = await ledger.db
      .selectFrom("payload")
      .select("deflated")
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    const at = id === 1 ? 0 : deflated.length - 1;
    deflated.writeUInt8(deflated.readUInt8(at) ^ 1, at);
    await ledger.db.updateTable("payload").set({ deflated }).where("id", "=", id).execute();
  }
  expect(await found()).toEqual(["altered: payload id 1 (run null)", "altered: payload id 2 (run null)"]);
});

/** What a replay does: a run of its own, that reads a snapshot anew. */
async function replay(change: (runId: number) => Promise<void>): Promise<void> {
  const runId = await startRun(ledger.db, "2026-11-24", now);
  await ledger.db.updateTable("run").set({ kind: "replay" }).where("id", "=", runId).execute();
  await change(runId);
  const counts = { expected: 0, alreadyFresh: 0, fetched: 0, missing: 0 };
  await finishRun(ledger.db, runId, { now, status: "complete", ...counts, problem: null });
}

async function readAnew(runId: number, before: number | null, after: number): Promise<void> {
  const key = { target_id: 1, data_date: before === null ? "2026-11-24" : "2026-11-20" };
  const revision = { run_id: runId, ...key, risk_list_before: before, risk_list_after: after };
  await ledger.db.insertInto("revision").values(revision).execute();
  if (before === null) {
    const snapshot = { ...key, risk_list_id: after, payload_id: 1, run_id: runId };
    await ledger.db
      .insertInto("snapshot")
      .values({ ...snapshot, fetched_at: 1, attempts: 1 })
      .execute();
    await sql`DELETE FROM gap WHERE target_id = 1 AND data_date = '2026-11-24'`.execute(ledger.db);
  } else {
    await ledger.db
      .updateTable("snapshot")
      .set({ risk_list_id: after })
      .where((eb) => eb.and(key))
      .execute();
  }
}

test("what replays read anew, twice, and what they admit verify clean, and so do the runs before", async () => {
  await threeNights();
  await replay((runId) => readAnew(runId, 1, 2));
  await replay(async (runId) => {
    await readAnew(runId, 2, 3);
    await readAnew(runId, null, 1);
  });
  expect(await found()).toEqual([]);
});

test.each<[what: string, statement: string, findings: string[]]>([
  [
    "a replayed snapshot that is set back",
    "UPDATE snapshot SET risk_list_id = 1 WHERE target_id = 1 AND data_date = '2026-11-20'",
    ["altered: snapshot target 1 on 2026-11-20 (run 5)"],
  ],
  [
    "an admitted snapshot with another time",
    "UPDATE snapshot SET fetched_at = 2 WHERE target_id = 1 AND data_date = '2026-11-24'",
    ["altered: revision run 5 (run 5)"],
  ],
  [
    "a revision that is deleted",
    "DELETE FROM revision WHERE run_id = 4",
    ["altered: snapshot run 1 (run 1)", "altered: revision run 4 (run 4)"],
  ],
  [
    "a revision of a run that fetched",
    "INSERT INTO revision (run_id, target_id, data_date, risk_list_before, risk_list_after) VALUES (3, 3, '2026-11-24', 3, 3)",
    ["altered: revision target 3 on 2026-11-24 (run 3)"],
  ],
])("%s is found", async (_, statement, findings) => {
  await threeNights();
  await replay((runId) => readAnew(runId, 1, 2));
  await replay(async (runId) => {
    await readAnew(runId, 2, 3);
    await readAnew(runId, null, 1);
  });
  await sql.raw(statement).execute(ledger.db);
  expect(await found()).toEqual(findings);
});

test("runs that are older than seals are said to be unsealed, not altered", async () => {
  await emptyLedger();
  await night("2026-11-20");
  await night("2026-11-21", "p3");
  await ledger.db.deleteFrom("run_seal").execute();
  await ledger.db.deleteFrom("ledger_seal").where("kind", "=", "run").execute();
  await ledger.db.deleteFrom("state_change").execute();
  await night("2026-11-22");
  expect(await found()).toEqual(["unsealed: run runs 1 to 2 (run null)"]);
});

test("nothing is written under a run that another one has ended", async () => {
  await emptyLedger();
  const first = await fetchNight("2026-11-20", ["p1"]);
  await startRun(ledger.db, "2026-11-20", now);
  await expect(loadNights(ledger, [nightOf(first.runId, 1, "2026-11-20", 5)])).rejects.toThrow(
    "Run 1 has ended already (interrupted): another run began while it was under way.",
  );
  expect(await found()).toEqual([]);
});

test("the head of the chain is the newest seal, and every run has its own", async () => {
  await threeNights();
  const head = await sealOf(ledger);
  expect(head).toEqual({ runId: 3, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(await sealOf(ledger, 3)).toEqual(head);
  expect((await sealOf(ledger, 1))?.hash).not.toBe(head?.hash);
  expect(await sealOf(ledger, 9)).toBeNull();
});

test("verifying stops when it is told to", async () => {
  await threeNights();
  const reader = await openReader(url);
  await expect(verifyLedger(reader, AbortSignal.abort()).next()).rejects.toThrow(/aborted/);
  await reader.close();
});
