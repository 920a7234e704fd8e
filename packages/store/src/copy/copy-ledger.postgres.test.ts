import { beforeEach, expect, test } from "vitest";
import { recordGap } from "../gap.ts";
import { loadNights } from "../load-night.ts";
import { type Ledger, openLedger, openReader } from "../open.ts";
import { planNight } from "../plan-night.ts";
import { finishRun, startRun } from "../run.ts";
import { recordScope } from "../scope.ts";
import { sealOf } from "../seal/seal-of.ts";
import { verifyLedger } from "../seal/verify-ledger.ts";
import { emptyDatabase } from "../test-engines.ts";
import { VIEW_DEFINITIONS } from "../view-definitions.ts";
import { COPIED_TABLES } from "./copied-tables.ts";
import { copyLedger } from "./copy-ledger.ts";

const now = new Date("2026-11-24T02:00:00Z");
const target = (number: number) => ({
  account: number % 2 === 0 ? "acme" : "Zeta",
  region: "ap-southeast-3",
  projectId: `p${number}`,
  projectName: `ap-southeast-3_Ünïcode 生产 ${number}`,
  enterpriseProjectId: "all_granted_eps",
});

const content = (points: number) => ({
  totalRiskNum: 3,
  categories: (["alarm", "vulnerability", "baseline", "asset", "protection", "image"] as const).map(
    (category) => ({
      category,
      present: true,
      totalRiskNum: 3,
      deductScore: category === "alarm" ? points : null,
      severities: [
        {
          severity: "high" as const,
          severityRaw: "HIGH",
          riskNum: 2 ** 52 + 1,
          affectedNum: null,
          affectedUnit: "host" as const,
        },
      ],
      counters: [{ counter: "un_scanned_host_num", value: 1 }],
      policies: [{ policyId: "p", policyName: "ü", osType: null, hostNum: 1, ruleName: null }],
    }),
  ),
  textFindings: [
    {
      category: "alarm" as const,
      rule: "text_nul" as const,
      detail: "$.alarm_risk.policy_list[0].policy_name",
    },
    { category: null, rule: "key_repeated" as const, detail: "$.total_risk_num" },
  ],
});

/** A night of a few targets, the last of which is missing. */
async function night(ledger: Ledger, dataDate: string, targets: number): Promise<void> {
  const runId = await startRun(ledger.db, dataDate, now);
  const all = Array.from({ length: targets }, (_, index) => target(index + 1));
  const sightings = all.map((each) => ({ ...each, state: "expected" as const }));
  const configured = ["acme", "Zeta"];
  await recordScope(ledger, { runId, dataDate, asked: configured, configured, sightings });
  const unit = dataDate === "2026-11-22" ? "Shop" : "Bank";
  const planned = await planNight(
    ledger,
    runId,
    dataDate,
    all.map((each) => ({ ...each, unit })),
  );
  const nights = planned.slice(1).map(({ targetId }, index) => ({
    runId,
    targetId,
    dataDate,
    content: content(index + 0.1),
    payload: Buffer.from(`{"n": ${index}, "d": "${dataDate}"}`),
    fetchedAt: now,
    attempts: 1,
    unknownFields: ["$.trend"],
    officialScore: { score: 90, riskNum: 1, riskHostNum: null },
  }));
  await loadNights(ledger, nights);
  const [missed] = planned;
  if (missed !== undefined) {
    const gap = { runId, targetId: missed.targetId, dataDate, failureKind: "contract", attempts: 1 };
    await recordGap(ledger, { ...gap, detail: "$: not JSON", payload: Buffer.from("oops") });
  }
  const counts = { expected: targets, alreadyFresh: 0, fetched: targets - 1, missing: 1 };
  await finishRun(ledger.db, runId, { now, status: "partial", problem: null, ...counts });
}

let from: string;
let to: string;
let source: Ledger;

beforeEach(async () => {
  const sqlite = await emptyDatabase("sqlite");
  const postgres = await emptyDatabase("postgres");
  [from, to] = [sqlite.url, postgres.url];
  source = await openLedger(from);
  await night(source, "2026-11-22", 5);
  return async () => {
    await source.close();
    await sqlite.remove();
    await postgres.remove();
  };
});

async function viewsOf(place: string): Promise<Record<string, unknown>> {
  const reader = await openReader(place);
  const views: Record<string, unknown> = {};
  for (const [name] of VIEW_DEFINITIONS) {
    const rows = await reader.db
      .selectFrom(name as "risk_daily")
      .selectAll()
      .execute();
    views[name] = rows.map((row) => JSON.stringify(row)).sort();
  }
  await reader.close();
  return views;
}

const writtenBy = async (copy: ReturnType<typeof copyLedger>) =>
  Object.fromEntries(
    (await copy).filter(({ written }) => written > 0).map((each) => [each.table, each.written]),
  );

test("a copy answers every view as the ledger does", async () => {
  const copied = await copyLedger(from, to);
  expect(copied.map(({ table }) => table)).toEqual(Object.keys(COPIED_TABLES));
  expect(copied.find(({ table }) => table === "snapshot")).toMatchObject({ rows: 4, written: 4 });
  expect(await viewsOf(to)).toEqual(await viewsOf(from));
});

test("a second copy writes what is new or has changed, and nothing else", async () => {
  await copyLedger(from, to);
  expect(await writtenBy(copyLedger(from, to))).toEqual({});
  await night(source, "2026-11-22", 5);
  await night(source, "2026-11-23", 5);
  expect(await writtenBy(copyLedger(from, to))).toMatchObject({
    night: 1,
    run: 2,
    snapshot: 4,
    unit_period: 10,
  });
  expect(await viewsOf(to)).toEqual(await viewsOf(from));
});

test("a copy that was stopped goes on where it was", async () => {
  const stop = new AbortController();
  const stopped = copyLedger(from, to, {
    signal: stop.signal,
    onProgress: ({ table }) => table === "severity_item" && stop.abort(),
  });
  await expect(stopped).rejects.toThrow("aborted");
  const written = await writtenBy(copyLedger(from, to));
  expect(written).not.toHaveProperty("category_risk");
  expect(written).toMatchObject({ severity_item: 24, snapshot: 4 });
});

test("a copied ledger goes on by itself, and is not overwritten then", async () => {
  await copyLedger(from, to);
  const copy = await openLedger(to);
  await night(copy, "2026-11-23", 6);
  expect(await copy.db.selectFrom("coverage_daily").selectAll().orderBy("data_date").execute()).toEqual([
    { data_date: "2026-11-22", expected: 5, fresh: 4, carried: 0, missing: 1 },
    { data_date: "2026-11-23", expected: 6, fresh: 5, carried: 0, missing: 1 },
  ]);
  await copy.close();
  await expect(copyLedger(from, to)).rejects.toThrow(/holds run 2 of .*Give an empty database/);
});

test("the seals of a ledger hold in its copy", async () => {
  await night(source, "2026-11-23", 6);
  await copyLedger(from, to);
  const reader = await openReader(to);
  for await (const finding of verifyLedger(reader)) expect(finding).toBeUndefined();
  expect(await sealOf(reader)).toEqual(await sealOf(source));
  expect(await sealOf(reader)).toMatchObject({ runId: 2 });
  await reader.close();
});
