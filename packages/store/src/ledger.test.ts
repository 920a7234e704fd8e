import { beforeEach, expect, test } from "vitest";
import type { RiskListContent } from "./content.ts";
import { recordGap } from "./gap.ts";
import { loadNights } from "./load-night.ts";
import { type Ledger, openReader } from "./open.ts";
import { inflatePayload } from "./payload-codec.ts";
import { planNight } from "./plan-night.ts";
import { finishRun, startRun } from "./run.ts";
import { lastKnownTargets } from "./target-identity.ts";
import { openTestLedger } from "./test-engines.ts";

const CATEGORIES = ["alarm", "vulnerability", "baseline", "asset", "protection", "image"] as const;

function content(deductScore: number | null, extra: Partial<RiskListContent> = {}): RiskListContent {
  return {
    totalRiskNum: 9,
    categories: CATEGORIES.map((category) => ({
      category,
      present: true,
      totalRiskNum: category === "alarm" ? 9 : 0,
      deductScore: category === "alarm" ? deductScore : 0,
      severities:
        category === "alarm"
          ? [
              { severity: "high", severityRaw: "High", riskNum: 3, affectedNum: 2, affectedUnit: "host" },
              { severity: "low", severityRaw: "Low", riskNum: 4, affectedNum: 1, affectedUnit: "host" },
            ]
          : [],
      counters: [],
      policies: [],
    })),
    ...extra,
  };
}

const shop = {
  account: "acme",
  region: "ap-southeast-3",
  projectId: "p1",
  projectName: "ap-southeast-3_shop",
  enterpriseProjectId: "all_granted_eps",
};
const bank = { ...shop, projectId: "p2", projectName: "ap-southeast-3_bank" };
const now = new Date("2026-11-24T02:00:00Z");

let url: string;
let ledger: Ledger;

beforeEach(async () => {
  const opened = await openTestLedger();
  ({ ledger, url } = opened);
  return opened.remove;
});

async function night(dataDate: string, contents: Record<string, RiskListContent | undefined>) {
  const runId = await startRun(ledger.db, dataDate, now);
  const targets = [shop, bank].filter((target) => target.projectId in contents);
  const planned = await planNight(ledger, runId, dataDate, targets);
  for (const target of planned) {
    const given = contents[target.projectId];
    if (given === undefined) {
      await recordGap(ledger, {
        runId,
        targetId: target.targetId,
        dataDate,
        failureKind: "network",
        detail: "No answer.",
        attempts: 4,
      });
    } else {
      const payload = Buffer.from(JSON.stringify(given));
      await loadNights(ledger, [
        { runId, targetId: target.targetId, dataDate, content: given, payload, fetchedAt: now, attempts: 1 },
      ]);
    }
  }
  return { runId, planned };
}

test("score is 100 less the deductions, and null where one is missing", async () => {
  await night("2026-11-24", { p1: content(12.3), p2: content(null) });
  expect(
    await ledger.db.selectFrom("risk_daily").select(["project_id", "score", "deducted"]).execute(),
  ).toEqual([
    { project_id: "p1", score: 87.7, deducted: 12.3 },
    { project_id: "p2", score: null, deducted: null },
  ]);
  expect(await ledger.db.selectFrom("portfolio_daily").selectAll().execute()).toEqual([
    {
      data_date: "2026-11-24",
      targets: 2,
      scored_targets: 1,
      score: 87.7,
      deducted: 12.3,
      total_risk_num: 18,
    },
  ]);
});

test("what a total does not itemize is shown as unattributed", async () => {
  await night("2026-11-24", { p1: content(30) });
  expect(
    await ledger.db
      .selectFrom("category_daily")
      .select(["total_risk_num", "itemized_num", "unattributed_num", "saturated", "cap"])
      .where("category", "=", "alarm")
      .execute(),
  ).toEqual([{ total_risk_num: 9, itemized_num: 7, unattributed_num: 2, saturated: 1, cap: 30 }]);
});

test("an unchanged night adds one snapshot and no content, whatever order the answer lists it in", async () => {
  await night("2026-11-23", { p1: content(1) });
  const reordered = content(1);
  await night("2026-11-24", {
    p1: {
      ...reordered,
      categories: reordered.categories.map((block) => ({
        ...block,
        severities: block.severities.toReversed(),
      })),
    },
  });
  const count = (table: "snapshot" | "risk_list" | "payload") =>
    ledger.db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as("rows"))
      .executeTakeFirstOrThrow();
  expect(await count("snapshot")).toEqual({ rows: 2 });
  expect(await count("risk_list")).toEqual({ rows: 1 });
  expect(await count("payload")).toEqual({ rows: 2 });
});

test("a payload is given back byte for byte", async () => {
  await night("2026-11-24", { p1: content(1) });
  const { deflated } = await ledger.db.selectFrom("payload").select("deflated").executeTakeFirstOrThrow();
  expect(JSON.parse(inflatePayload(deflated).toString("utf8"))).toEqual(content(1));
});

test("every expected target is on record as missing before the first call", async () => {
  const runId = await startRun(ledger.db, "2026-11-24", now);
  await planNight(ledger, runId, "2026-11-24", [shop]);
  expect(
    await ledger.db.selectFrom("coverage_target_daily").select(["outcome", "failure_kind"]).execute(),
  ).toEqual([{ outcome: "missing", failure_kind: "not_attempted" }]);
});

test("coverage tells fresh, carried and missing apart", async () => {
  await night("2026-11-23", { p1: content(1) });
  await night("2026-11-24", { p1: undefined, p2: undefined });
  expect(await ledger.db.selectFrom("coverage_daily").selectAll().orderBy("data_date").execute()).toEqual([
    { data_date: "2026-11-23", expected: 1, fresh: 1, carried: 0, missing: 0 },
    { data_date: "2026-11-24", expected: 2, fresh: 0, carried: 1, missing: 2 },
  ]);
  expect(
    await ledger.db.selectFrom("latest_risk").select(["project_id", "data_date", "age_days"]).execute(),
  ).toEqual([{ project_id: "p1", data_date: "2026-11-23", age_days: 1 }]);
});

test("a second run of a night plans only what the first could not get", async () => {
  await night("2026-11-24", { p1: content(1), p2: undefined });
  const { planned } = await night("2026-11-24", { p1: content(2), p2: content(3) });
  expect(planned.map((target) => target.projectId)).toEqual(["p2"]);
  expect(await ledger.db.selectFrom("risk_daily").select(["project_id", "score"]).execute()).toEqual([
    { project_id: "p1", score: 99 },
    { project_id: "p2", score: 97 },
  ]);
  expect(await ledger.db.selectFrom("gap").selectAll().execute()).toEqual([]);
});

test("a night on record is never replaced", async () => {
  const { runId } = await night("2026-11-24", { p1: content(1) });
  const again = {
    runId,
    targetId: 1,
    dataDate: "2026-11-24",
    content: content(2),
    payload: Buffer.from("{}"),
  };
  await expect(loadNights(ledger, [{ ...again, fetchedAt: now, attempts: 1 }])).rejects.toThrow(/unique/i);
  expect(await ledger.db.selectFrom("risk_daily").select("score").execute()).toEqual([{ score: 99 }]);
});

test("nights without a run are recorded as missing for every target known by then", async () => {
  await night("2026-11-21", { p1: content(1) });
  await night("2026-11-24", { p1: content(1), p2: content(1) });
  expect(
    await ledger.db
      .selectFrom("coverage_target_daily")
      .select(["data_date", "project_id", "failure_kind", "carried_from"])
      .where("outcome", "=", "missing")
      .orderBy("data_date")
      .execute(),
  ).toEqual([
    { data_date: "2026-11-22", project_id: "p1", failure_kind: "not_run", carried_from: "2026-11-21" },
    { data_date: "2026-11-23", project_id: "p1", failure_kind: "not_run", carried_from: "2026-11-21" },
  ]);
});

test("change is like for like: a new target does not move it", async () => {
  await night("2026-11-23", { p1: content(10) });
  await night("2026-11-24", { p1: content(8), p2: content(30) });
  expect(
    await ledger.db
      .selectFrom("portfolio_change_daily")
      .selectAll()
      .where("data_date", "=", "2026-11-24")
      .execute(),
  ).toEqual([
    {
      data_date: "2026-11-24",
      previous_date: "2026-11-23",
      cohort: 1,
      score_change: 2,
      total_risk_num_change: 0,
    },
  ]);
});

test("what discovery would have found is known from the night before", async () => {
  await night("2026-11-23", { p1: content(1) });
  expect(await lastKnownTargets(ledger.db, "acme", "2026-11-24")).toEqual([shop]);
  expect(await lastKnownTargets(ledger.db, "other", "2026-11-24")).toEqual([]);
});

test("a run that a dead process left is marked interrupted", async () => {
  await startRun(ledger.db, "2026-11-23", now);
  const second = await startRun(ledger.db, "2026-11-24", now);
  const counts = { expected: 0, alreadyFresh: 0, fetched: 0, missing: 0 };
  await finishRun(ledger.db, second, { now, status: "complete", ...counts, problem: null });
  expect(await ledger.db.selectFrom("run_history").select(["run_id", "status"]).execute()).toEqual([
    { run_id: 1, status: "interrupted" },
    { run_id: 2, status: "complete" },
  ]);
});

test("nothing can be written through a reader", async () => {
  const reader = await openReader(url);
  const writer = reader.db as unknown as Ledger["db"];
  await expect(writer.deleteFrom("snapshot").execute()).rejects.toThrow(/readonly|query_only|read-only/);
  await reader.close();
});
