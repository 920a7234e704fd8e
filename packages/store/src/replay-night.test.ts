import { sql } from "kysely";
import { beforeEach, expect, test } from "vitest";
import type { RiskListContent } from "./content.ts";
import { recordGap } from "./gap.ts";
import { loadNights } from "./load-night.ts";
import type { Ledger } from "./open.ts";
import { planNight } from "./plan-night.ts";
import { replayNight } from "./replay-night.ts";
import { startRun } from "./run.ts";
import { answeredNights, storedAnswers } from "./stored-answers.ts";
import { openTestLedger } from "./test-engines.ts";

const DATE = "2026-11-23";
const now = new Date("2026-11-23T02:00:00Z");
const later = new Date("2026-11-24T09:00:00Z");
const CATEGORIES = ["alarm", "vulnerability", "baseline", "asset", "protection", "image"] as const;

/** Figures of alarm; the other categories are at nought. */
function content(alarm: Partial<RiskListContent["categories"][0]> = {}): RiskListContent {
  const empty = { severities: [], counters: [], policies: [] };
  return {
    totalRiskNum: 9,
    categories: CATEGORIES.map((category) => ({
      category,
      present: true,
      totalRiskNum: 0,
      deductScore: 0,
      ...empty,
      ...(category === "alarm" && alarm),
    })),
  };
}
const high = (riskNum: number | null) => ({
  severity: "high" as const,
  severityRaw: "High",
  riskNum,
  affectedNum: 2,
  affectedUnit: "host" as const,
});
const policy = { policyId: "1", policyName: "a", osType: "Linux", hostNum: 1, ruleName: "b" };

const old = content({ deductScore: 10, severities: [high(3)], counters: [{ counter: "gone", value: 4 }] });
const fresh = content({
  deductScore: 12.3,
  severities: [high(null)],
  counters: [{ counter: "come", value: 0 }],
  policies: [policy],
});

const shop = {
  account: "acme",
  region: "ap-southeast-3",
  projectId: "p1",
  projectName: "ap-southeast-3_shop",
  enterpriseProjectId: "all_granted_eps",
};

let ledger: Ledger;

beforeEach(async () => {
  const opened = await openTestLedger();
  ({ ledger } = opened);
  const runId = await startRun(ledger.db, DATE, now);
  const bank = { ...shop, projectId: "p2", projectName: "ap-southeast-3_bank" };
  const night = { runId, dataDate: DATE, attempts: 1 };
  const [first, second] = await planNight(ledger, runId, DATE, [shop, bank]);
  await loadNights(ledger, [
    { ...night, targetId: first?.targetId ?? 0, content: old, payload: Buffer.from("1"), fetchedAt: now },
  ]);
  await recordGap(ledger, {
    ...night,
    targetId: second?.targetId ?? 0,
    failureKind: "contract",
    detail: "Odd.",
    attempts: 2,
    payload: Buffer.from("2"),
  });
  return opened.remove;
});

const answers = () => storedAnswers(ledger.db, DATE);
const reread = async (which: number) =>
  (await answers())
    .slice(which, which + 1)
    .map((answer) => ({ answer, content: fresh, unknownFields: ["$.new"] }));

test("a revision tells every figure that differs, before and after", async () => {
  await replayNight(ledger, DATE, await reread(0), { now: later });
  const rows = await ledger.db
    .selectFrom("revision_daily")
    .select(["data_date", "project_id", "run_id", "category", "figure", "before", "after"])
    .orderBy(sql`COALESCE(category, '')`)
    .orderBy("figure")
    .execute();
  const row = { data_date: DATE, project_id: "p1", run_id: 2 };
  expect(rows).toEqual([
    { ...row, category: null, figure: "deducted", before: 10, after: 12.3 },
    { ...row, category: null, figure: "score", before: 90, after: 87.7 },
    { ...row, category: "alarm", figure: "come", before: null, after: 0 },
    { ...row, category: "alarm", figure: "deduct_score", before: 10, after: 12.3 },
    { ...row, category: "alarm", figure: "gone", before: 4, after: null },
    { ...row, category: "alarm", figure: "high risk_num", before: 3, after: null },
    { ...row, category: "alarm", figure: "policies", before: 0, after: 1 },
  ]);
});

test("a revised snapshot keeps its run, and what it was is kept beside it", async () => {
  const [before] = await ledger.db.selectFrom("snapshot").selectAll().execute();
  const done = await replayNight(ledger, DATE, await reread(0), { now: later });
  expect(done).toMatchObject({ runId: 2, revised: 1, admitted: 0 });
  expect(await ledger.db.selectFrom("snapshot").selectAll().execute()).toEqual([
    { ...before, risk_list_id: 2 },
  ]);
  expect(await ledger.db.selectFrom("revision").selectAll().execute()).toEqual([
    { id: 1, run_id: 2, target_id: 1, data_date: DATE, risk_list_before: 1, risk_list_after: 2 },
  ]);
  const gone = ledger.db.selectFrom("counter_value").select("value").where("risk_list_id", "=", 1);
  expect(await gone.execute()).toEqual([{ value: 4 }]);
  expect(await ledger.db.selectFrom("field_drift").select(["field", "run_id"]).execute()).toEqual([
    { field: "$.new", run_id: 2 },
  ]);
});

test("an answer that leaves quarantine is a snapshot of the hour it was fetched, and no gap any more", async () => {
  const done = await replayNight(ledger, DATE, await reread(1), { now: later });
  expect(done).toMatchObject({ runId: 2, revised: 0, admitted: 1 });
  expect(await ledger.db.selectFrom("gap").selectAll().execute()).toEqual([]);
  expect(await ledger.db.selectFrom("snapshot").selectAll().where("target_id", "=", 2).execute()).toEqual([
    {
      target_id: 2,
      data_date: DATE,
      risk_list_id: 2,
      payload_id: 2,
      run_id: 2,
      fetched_at: now.getTime() / 1000,
      attempts: 2,
    },
  ]);
  const figures = ledger.db
    .selectFrom("revision_daily")
    .select(["before", "after"])
    .where("figure", "=", "score");
  expect(await figures.execute()).toEqual([{ before: null, after: 87.7 }]);
});

test("a dry run tells the same and writes nothing", async () => {
  const both = [...(await reread(0)), ...(await reread(1))];
  const dry = await replayNight(ledger, DATE, both, { now: later, dryRun: true });
  expect(dry).toMatchObject({ runId: null, revised: 1, admitted: 1 });
  for (const table of ["revision", "drift"] as const) {
    expect(await ledger.db.selectFrom(table).selectAll().execute()).toEqual([]);
  }
  expect(await ledger.db.selectFrom("run").select("id").execute()).toEqual([{ id: 1 }]);
  const wet = await replayNight(ledger, DATE, both, { now: later });
  const known = ({ differences }: typeof wet) => differences.map(({ run_id, ...row }) => row);
  expect(known(dry)).toEqual(known(wet));
});

test("what has changed since it was read is left alone, and leaves no run", async () => {
  const both = [...(await reread(0)), ...(await reread(1))];
  await replayNight(ledger, DATE, both, { now: later });
  const again = await replayNight(ledger, DATE, both, { now: later });
  expect(again).toEqual({ runId: null, revised: 0, admitted: 0, differences: [] });
  expect(await ledger.db.selectFrom("revision").select("id").execute()).toHaveLength(2);
});

test("a replay is a run of its own kind in the history", async () => {
  await replayNight(ledger, DATE, await reread(0), { now: later });
  const runs = ledger.db.selectFrom("run_history").select(["run_id", "kind", "data_date", "started_at"]);
  expect(await runs.orderBy("run_id").execute()).toEqual([
    { run_id: 1, kind: "ingest", data_date: DATE, started_at: now.toISOString() },
    { run_id: 2, kind: "replay", data_date: DATE, started_at: later.toISOString() },
  ]);
});

test("the nights with answers are those with snapshots, and those with something in quarantine", async () => {
  const run = await startRun(ledger.db, "2026-11-26", now);
  await planNight(ledger, run, "2026-11-26", [shop]);
  expect(await answeredNights(ledger.db)).toEqual([DATE]);
  expect(await answeredNights(ledger.db, { from: "2026-11-24" })).toEqual([]);
  expect(await answeredNights(ledger.db, { to: DATE })).toEqual([DATE]);
});
