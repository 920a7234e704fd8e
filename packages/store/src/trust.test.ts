import { beforeEach, expect, test } from "vitest";
import type { RiskListContent } from "./content.ts";
import { loadNights, type Night } from "./load-night.ts";
import type { Ledger } from "./open.ts";
import { planNight } from "./plan-night.ts";
import { startRun } from "./run.ts";
import { type Discovery, recordScope, type Sighting } from "./scope.ts";
import { openTestLedger } from "./test-engines.ts";

const CATEGORIES = ["alarm", "vulnerability", "baseline", "asset", "protection", "image"] as const;
type Block = RiskListContent["categories"][number];

/** A risk list with nothing to remark on, but for what is given. */
function content(
  changes: Partial<Record<(typeof CATEGORIES)[number], Partial<Block>>> = {},
  total: number | null = 0,
): RiskListContent {
  const nothing = {
    present: true,
    totalRiskNum: 0,
    deductScore: 0,
    severities: [],
    counters: [],
    policies: [],
  };
  return {
    totalRiskNum: total,
    categories: CATEGORIES.map((category) => ({ category, ...nothing, ...changes[category] })),
  };
}

const severity = (word: string, riskNum: number | null, raw: string | null = word) => ({
  severity: word as "high",
  severityRaw: raw,
  riskNum,
  affectedNum: 1,
  affectedUnit: "host" as const,
});
const policies = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    policyId: `p${index}`,
    policyName: null,
    osType: null,
    hostNum: 1,
    ruleName: null,
  }));

const now = new Date("2026-11-24T02:00:00Z");
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
  ledger = opened.ledger;
  return opened.remove;
});

async function night(dataDate: string, given: RiskListContent, more: Partial<Night> = {}): Promise<void> {
  const runId = await startRun(ledger.db, dataDate, now);
  const [planned] = await planNight(ledger, runId, dataDate, [shop]);
  const payload = Buffer.from(JSON.stringify(given));
  const targetId = planned?.targetId ?? 0;
  const row = { runId, targetId, dataDate, content: given, payload, fetchedAt: now, attempts: 1, ...more };
  await loadNights(ledger, [row]);
}

const issues = () =>
  ledger.db
    .selectFrom("quality_issue")
    .select(["data_date", "category", "rule", "detail"])
    .orderBy("data_date")
    .orderBy("rule")
    .orderBy("category")
    .orderBy("detail")
    .execute()
    .then((rows) =>
      rows.map(({ data_date, category, rule, detail }) => [data_date, category, rule, detail].join(" | ")),
    );

test("a risk list as documented raises no issue", async () => {
  await night("2026-11-24", content());
  expect(await issues()).toEqual([]);
});

test("each departure of an answer is an issue of its own", async () => {
  const high = severity("high", 1, "High");
  await night(
    "2026-11-24",
    content(
      {
        alarm: { totalRiskNum: -5, deductScore: 30.5, policies: policies(33) },
        vulnerability: {
          totalRiskNum: 3_000_000_000,
          deductScore: 19.900000001,
          severities: [
            high,
            high,
            high,
            high,
            severity("unknown", null, "Tips"),
            severity("unknown", 2, null),
          ],
        },
        baseline: { present: false, totalRiskNum: null, deductScore: null },
        asset: { deductScore: null, counters: [{ counter: "existed_danger_port_host_num", value: null }] },
      },
      7,
    ),
  );
  expect(await issues()).toEqual([
    "2026-11-24 | baseline | block_absent | the answer says nothing of it",
    "2026-11-24 | alarm | deduction_out_of_range | deduct_score = 30.5, at most 30",
    "2026-11-24 | asset | figure_absent | deduct_score",
    "2026-11-24 | asset | figure_absent | existed_danger_port_host_num",
    "2026-11-24 | vulnerability | figure_absent | unknown risks",
    "2026-11-24 | vulnerability | float_noise | deduct_score = 19.900000001",
    "2026-11-24 | alarm | list_too_long | policy_list has 33, at most 32",
    "2026-11-24 | vulnerability | list_too_long | risk_list has 6, at most 4",
    "2026-11-24 | alarm | listed_beyond_total | total_risk_num = -5, lists 0",
    "2026-11-24 | alarm | number_out_of_range | total_risk_num = -5",
    "2026-11-24 | vulnerability | number_out_of_range | total_risk_num = 3000000000",
    "2026-11-24 | vulnerability | severity_repeated | high × 4",
    '2026-11-24 | vulnerability | severity_unknown | "Tips"',
    "2026-11-24 | vulnerability | severity_unknown | no severity",
  ]);
});

test("a total that its categories do not add up to is an issue", async () => {
  await night("2026-11-24", content({ alarm: { totalRiskNum: 3, severities: [severity("high", 3)] } }, 5));
  expect(await issues()).toEqual([
    "2026-11-24 |  | total_mismatch | total_risk_num = 5, its categories add up to 3",
  ]);
});

test("noise of points is not shown, and any other fraction is", async () => {
  await night(
    "2026-11-24",
    content({ alarm: { deductScore: 19.899999618530273 }, asset: { deductScore: 0.25 } }),
  );
  expect(
    await ledger.db
      .selectFrom("category_daily")
      .select(["category", "deduct_score"])
      .where("deduct_score", ">", 0)
      .orderBy("category")
      .execute(),
  ).toEqual([
    { category: "alarm", deduct_score: 19.9 },
    { category: "asset", deduct_score: 0.25 },
  ]);
  expect(await ledger.db.selectFrom("risk_daily").select(["deducted", "score"]).execute()).toEqual([
    { deducted: 20.15, score: 79.85 },
  ]);
});

test("what a total does not itemize is learned: it is an issue on the night it changes, and not before", async () => {
  const residual = (unattributed: number, listed: number) =>
    content(
      { alarm: { totalRiskNum: listed + unattributed, severities: [severity("high", listed)] } },
      listed + unattributed,
    );
  await night("2026-11-21", residual(4, 10));
  await night("2026-11-22", residual(4, 20));
  await night("2026-11-23", residual(9, 20));
  await night("2026-11-24", residual(9, 20));
  expect(await issues()).toEqual(["2026-11-23 | alarm | residual_changed | unattributed 4 before, 9 now"]);
});

test("the cloud's own score is held against the deductions; less than a point is rounding", async () => {
  const said = (score: number | null) => ({ officialScore: { score, riskNum: 1, riskHostNum: 2 } });
  const points = content({ alarm: { deductScore: 10.4 } });
  await night("2026-11-21", points, said(90));
  await night("2026-11-22", points, said(88));
  await night("2026-11-23", points, said(null));
  await night("2026-11-24", points, { officialScore: { failureKind: "throttled" } });
  expect(
    await ledger.db
      .selectFrom("score_reconciliation_daily")
      .select(["data_date", "score", "official_score", "difference", "official_risk_num", "failure_kind"])
      .orderBy("data_date")
      .execute(),
  ).toEqual(
    [
      {
        data_date: "2026-11-21",
        official_score: 90,
        difference: 0.4,
        official_risk_num: 1,
        failure_kind: null,
      },
      {
        data_date: "2026-11-22",
        official_score: 88,
        difference: -1.6,
        official_risk_num: 1,
        failure_kind: null,
      },
      {
        data_date: "2026-11-23",
        official_score: null,
        difference: null,
        official_risk_num: 1,
        failure_kind: null,
      },
      {
        data_date: "2026-11-24",
        official_score: null,
        difference: null,
        official_risk_num: null,
        failure_kind: "throttled",
      },
    ].map((row) => ({ ...row, score: 89.6 })),
  );
  expect(await issues()).toEqual([
    "2026-11-22 |  | score_mismatch | ShowRiskScore says 88, 100 less the deductions is 89.6",
    "2026-11-23 |  | score_unavailable | ShowRiskScore: the answer has no score",
    "2026-11-24 |  | score_unavailable | ShowRiskScore: throttled",
  ]);
});

test("an unknown field is recorded once, where it was seen first", async () => {
  await night("2026-11-23", content(), { unknownFields: ["$.alarm_risk.trend"] });
  await night("2026-11-24", content(), { unknownFields: ["$.alarm_risk.trend", "$.next"] });
  expect(
    await ledger.db.selectFrom("field_drift").select(["field", "first_date", "project_id"]).execute(),
  ).toEqual([
    { field: "$.alarm_risk.trend", first_date: "2026-11-23", project_id: "p1" },
    { field: "$.next", first_date: "2026-11-24", project_id: "p1" },
  ]);
  expect(await issues()).toEqual([
    "2026-11-23 |  | field_unknown | $.alarm_risk.trend",
    "2026-11-24 |  | field_unknown | $.next",
  ]);
});

const seen = (
  projectId: string,
  state: Sighting["state"] = "expected",
  more: Partial<Sighting> = {},
): Sighting => ({
  ...shop,
  projectId,
  state,
  ...more,
});

async function discovered(dataDate: string, sightings: Sighting[], more: Partial<Discovery> = {}) {
  const runId = await startRun(ledger.db, dataDate, now);
  const [asked, configured] = [["acme"], ["acme"]];
  return await recordScope(ledger, { runId, dataDate, asked, configured, sightings, ...more });
}

const changes = (dataDate: string) =>
  ledger.db
    .selectFrom("scope_change_daily")
    .select(["project_id", "enterprise_project_id", "change", "reason"])
    .where("data_date", "=", dataDate)
    .orderBy("project_id")
    .orderBy("enterprise_project_id")
    .execute()
    .then((rows) => rows.map((row) => Object.values(row).join(" ")));

test("what is new, gone or left out is told once, with its reason", async () => {
  await discovered("2026-11-20", [seen("p1"), seen("p2"), seen("p3", "disabled")]);
  expect(await changes("2026-11-20")).toEqual([
    "p1 all_granted_eps new account_added",
    "p2 all_granted_eps new account_added",
    "p3 all_granted_eps left_out disabled",
  ]);
  const second = [seen("p1"), seen("p2", "disabled"), seen("p3"), seen("p4"), seen("p5", "unknown_region")];
  expect(await discovered("2026-11-21", second)).toEqual({ new: 2, gone: 1 });
  expect(await changes("2026-11-21")).toEqual([
    "p2 all_granted_eps gone disabled",
    "p3 all_granted_eps new enabled",
    "p4 all_granted_eps new first_seen",
    "p5 all_granted_eps left_out unknown_region",
  ]);
  expect(await discovered("2026-11-22", second)).toEqual({ new: 0, gone: 0 });
  await discovered("2026-11-23", [
    seen("p1", "expected", { enterpriseProjectId: "0" }),
    seen("p2"),
    seen("p5"),
  ]);
  expect(await changes("2026-11-23")).toEqual([
    "p1 0 new first_seen",
    "p1 all_granted_eps gone not_configured",
    "p2 all_granted_eps new enabled",
    "p3 all_granted_eps gone not_listed",
    "p4 all_granted_eps gone not_listed",
    "p5 all_granted_eps new region_known",
  ]);
  await discovered("2026-11-24", [seen("p1"), seen("p2"), seen("p5")]);
  expect(await changes("2026-11-24")).toEqual([
    "p1 0 gone not_configured",
    "p1 all_granted_eps new listed_again",
  ]);
  expect(
    await ledger.db.selectFrom("inventory_latest").select(["project_id", "state", "since"]).execute(),
  ).toContainEqual({ project_id: "p4", state: "gone", since: "2026-11-23" });
});

test("an account that could not be asked keeps its inventory; one that is configured no more is gone", async () => {
  await discovered("2026-11-22", [seen("p1"), seen("b1", "expected", { account: "bank" })], {
    asked: ["acme", "bank"],
    configured: ["acme", "bank"],
  });
  expect(await discovered("2026-11-23", [], { asked: [], configured: ["acme", "bank"] })).toEqual({
    new: 0,
    gone: 0,
  });
  await discovered("2026-11-24", [seen("p1")]);
  expect(await changes("2026-11-24")).toEqual(["b1 all_granted_eps gone account_removed"]);
});

test("a severity that the answer leaves open stays null", async () => {
  await night("2026-11-24", content({ alarm: { severities: [severity("unknown", 1, null)] } }));
  expect(await ledger.db.selectFrom("severity_daily").select(["severity", "severity_raw"]).execute()).toEqual(
    [{ severity: "unknown", severity_raw: null }],
  );
});
