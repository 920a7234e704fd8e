import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keepExceptions } from "../exceptions/keep-exceptions.ts";
import type { RiskException } from "../exceptions/risk-exception.ts";
import { ENGINES, openTestLedger, type TestLedger } from "../test-engines.ts";
import { type Answer, linesOf, recordNight } from "../test-ledger.ts";

const exceptionOf = (
  id: string,
  what: RiskException["what"],
  more: Partial<RiskException> = {},
): RiskException => ({
  id,
  what,
  targets: {},
  owner: "Ada",
  reason: "Replaced in spring.",
  approvedBy: null,
  from: null,
  until: "2027-01-31",
  ...more,
});

describe.each(ENGINES)("on %s", (engine) => {
  let opened: TestLedger;

  beforeEach(async () => {
    opened = await openTestLedger(engine);
  });

  afterEach(() => opened.remove());

  /** 20 risks and 15 points, of which the alarms are 9 and 5, the vulnerabilities 8 and 4, hosts unprotected 3 and 6. */
  const FULL: Answer = {
    total: 20,
    alarm: { total: 9, points: 5, severities: { high: 4, low: 5 }, policies: { "policy-1": 7 } },
    vulnerability: { total: 8, points: 4, severities: { low: 2 }, counters: { un_scanned_host_num: 6 } },
    protection: { total: 3, points: 6, counters: { un_open_protection_host_num: 3 } },
  };

  async function night(
    dataDate: string,
    exceptions: readonly RiskException[],
    answers: Record<string, Answer | undefined> = { p1: FULL, p2: FULL },
    units: Record<string, string> = {},
  ): Promise<void> {
    const runId = await recordNight(opened.ledger, dataDate, answers, {}, units);
    await keepExceptions(opened.ledger, { runId, dataDate }, exceptions);
  }

  const NET = [
    "data_date",
    "project_id",
    "exceptions",
    "score",
    "net_score",
    "deducted",
    "net_deducted",
    "total_risk_num",
    "net_total_risk_num",
  ] as const;
  const PORTFOLIO = [
    "data_date",
    "exceptions",
    "excepted_targets",
    "targets",
    "scored_targets",
    "score",
    "net_score",
    "score_effect",
    "total_risk_num",
    "net_total_risk_num",
    "risk_num_effect",
  ] as const;
  const TAKEN = [
    "data_date",
    "exception",
    "project_id",
    "category",
    "severity",
    "counter",
    "policy",
    "risk_num",
    "deduct_score",
    "host_num",
  ] as const;
  const STATE = [
    "data_date",
    "exception",
    "state",
    "days_left",
    "is_due",
    "targets",
    "answered",
    "risk_num",
    "deduct_score",
  ] as const;

  test("without exceptions net is gross", async () => {
    await night("2026-11-23", [], { p1: FULL, p2: { total: 1, alarm: { total: 1, points: null } } });
    expect(await linesOf(opened.ledger, "net_daily", NET)).toEqual([
      "2026-11-23 p1 0 85 85 15 15 20 20",
      "2026-11-23 p2 0 – – – – 1 1",
    ]);
    expect(await linesOf(opened.ledger, "portfolio_net_daily", PORTFOLIO)).toEqual([
      "2026-11-23 0 0 2 1 85 85 0 21 21 0",
    ]);
    expect(await linesOf(opened.ledger, "exception_state_daily", STATE)).toEqual([]);
  });

  test("each kind takes out what it is about; points only where it is about a category whole", async () => {
    const targets = { projects: ["p1"] };
    await night("2026-11-23", [
      exceptionOf("whole", { category: "alarm" }, { targets }),
      exceptionOf("low", { category: "vulnerability", severity: "low" }, { targets }),
      exceptionOf("scan", { category: "vulnerability", counter: "un_scanned_host_num" }, { targets }),
      exceptionOf("policy", { category: "alarm", policy: "name of policy-1" }, { targets }),
      exceptionOf("none", { category: "vulnerability", severity: "critical" }, { targets }),
    ]);
    expect(await linesOf(opened.ledger, "exception_daily", TAKEN)).toEqual([
      "2026-11-23 low p1 vulnerability low – – 2 0 –",
      "2026-11-23 none p1 vulnerability critical – – 0 0 –",
      "2026-11-23 policy p1 alarm – – name of policy-1 0 0 7",
      "2026-11-23 scan p1 vulnerability – un_scanned_host_num – 6 0 –",
      "2026-11-23 whole p1 alarm – – – 9 5 –",
    ]);
    expect(await linesOf(opened.ledger, "net_daily", NET)).toEqual([
      "2026-11-23 p1 5 85 90 15 10 20 3",
      "2026-11-23 p2 0 85 85 15 15 20 20",
    ]);
    expect(await linesOf(opened.ledger, "portfolio_net_daily", PORTFOLIO)).toEqual([
      "2026-11-23 5 1 2 2 85 87.5 2.5 40 23 -17",
    ]);
  });

  test("what two exceptions are about counts once", async () => {
    await night("2026-11-23", [
      exceptionOf("one", { category: "alarm" }),
      exceptionOf("two", { category: "alarm" }, { targets: { projects: ["p1"] } }),
      exceptionOf("part", { category: "alarm", severity: "high" }),
      exceptionOf("low", { category: "vulnerability", severity: "low" }),
      exceptionOf("low again", { category: "vulnerability", severity: "low" }),
    ]);
    expect(await linesOf(opened.ledger, "net_daily", NET)).toEqual([
      "2026-11-23 p1 5 85 90 15 10 20 9",
      "2026-11-23 p2 4 85 90 15 10 20 9",
    ]);
    expect(await linesOf(opened.ledger, "portfolio_net_daily", PORTFOLIO)).toEqual([
      "2026-11-23 5 2 2 2 85 90 5 40 18 -22",
    ]);
  });

  test("net of what is not known is not known", async () => {
    const answers = {
      unsaid: { total: 5, alarm: { total: null, points: 5 } },
      absent: { total: 5, alarm: { absent: true } },
      unscored: { total: 5, alarm: { total: 5, points: 3 }, image: { points: null } },
      uncounted: { total: null, alarm: { total: 2, points: 1 } },
    };
    await night("2026-11-23", [exceptionOf("whole", { category: "alarm" })], answers);
    expect(await linesOf(opened.ledger, "net_daily", NET)).toEqual([
      "2026-11-23 absent 1 – – – – 5 –",
      "2026-11-23 uncounted 1 99 100 1 0 – –",
      "2026-11-23 unsaid 1 95 100 5 0 5 –",
      "2026-11-23 unscored 1 – – – – 5 0",
    ]);
    expect(await linesOf(opened.ledger, "portfolio_net_daily", PORTFOLIO)).toEqual([
      "2026-11-23 1 4 4 2 97 100 3 – – –",
    ]);
    await night("2026-11-24", [exceptionOf("part", { category: "alarm", severity: "low" })], {
      ...answers,
      told: { total: 3, alarm: { total: 3, points: 1, severities: { low: null } } },
    });
    expect(await linesOf(opened.ledger, "exception_daily", TAKEN, "2026-11-24")).toEqual([
      "2026-11-24 part absent alarm low – – – 0 –",
      "2026-11-24 part told alarm low – – – 0 –",
      "2026-11-24 part uncounted alarm low – – 0 0 –",
      "2026-11-24 part unsaid alarm low – – 0 0 –",
      "2026-11-24 part unscored alarm low – – 0 0 –",
    ]);
  });

  test("one that is over counts no more from that very night, whether a run reads the file again or not", async () => {
    const over = exceptionOf("over", { category: "alarm" }, { until: "2026-11-21" });
    await night("2026-11-20", [over], { p1: FULL });
    await night("2026-11-21", [over], { p1: FULL });
    // these nights never heard of a file
    await recordNight(opened.ledger, "2026-11-22", { p1: FULL });
    await recordNight(opened.ledger, "2026-12-06", { p1: FULL });
    expect(
      await linesOf(opened.ledger, "net_daily", ["data_date", "exceptions", "score", "net_score"]),
    ).toEqual(["2026-11-20 1 85 90", "2026-11-21 1 85 90", "2026-11-22 0 85 85", "2026-12-06 0 85 85"]);
    const lines = await linesOf(opened.ledger, "exception_state_daily", STATE);
    expect([...lines.slice(0, 3), ...lines.slice(-2)]).toEqual([
      "2026-11-20 over expiring 1 1 1 1 9 5",
      "2026-11-21 over expiring 0 1 1 1 9 5",
      "2026-11-22 over expired -1 1 1 1 0 0",
      "2026-12-05 over expired -14 1 1 0 0 0",
      "2026-12-06 over expired -15 0 1 1 0 0",
    ]);
  });

  test("the states: before its time, in it, near its end; one that fits nothing covers no target", async () => {
    await night(
      "2026-11-23",
      [
        exceptionOf("later", { category: "alarm" }, { from: "2026-11-24" }),
        exceptionOf("now", { category: "alarm" }, { until: "2026-12-08" }),
        exceptionOf("soon", { category: "alarm" }, { until: "2026-12-07" }),
        exceptionOf("nothing", { category: "alarm" }, { targets: { accounts: ["Acme"] } }),
      ],
      { p1: FULL, p2: undefined },
    );
    expect(await linesOf(opened.ledger, "exception_state_daily", STATE)).toEqual([
      "2026-11-23 later pending 69 0 2 1 0 0",
      "2026-11-23 nothing active 69 0 0 0 0 0",
      "2026-11-23 now active 15 0 2 1 9 5",
      "2026-11-23 soon expiring 14 1 2 1 9 5",
    ]);
    expect(
      await linesOf(opened.ledger, "exception_target_daily", [
        "exception",
        "project_id",
        "counts",
        "answered",
      ]),
    ).toEqual(["later p1 0 1", "later p2 0 0", "now p1 1 1", "now p2 1 0", "soon p1 1 1", "soon p2 1 0"]);
    expect(await linesOf(opened.ledger, "portfolio_net_daily", ["exceptions", "excepted_targets"])).toEqual([
      "2 1",
    ]);
  });

  test("one that is dropped or worded otherwise leaves its past nights as they were", async () => {
    const alarm = exceptionOf("mine", { category: "alarm" });
    await night("2026-11-20", [alarm], { p1: FULL });
    await night("2026-11-21", [exceptionOf("mine", { category: "protection" })], { p1: FULL });
    await night("2026-11-22", [], { p1: FULL });
    await night("2026-11-23", [alarm], { p1: FULL });
    expect(
      await linesOf(opened.ledger, "exception_daily", ["data_date", "exception", "category", "risk_num"]),
    ).toEqual(["2026-11-20 mine alarm 9", "2026-11-21 mine protection 3", "2026-11-23 mine alarm 9"]);
  });

  test("the same night again takes the first word's place, a night before the last change says nothing", async () => {
    await night("2026-11-21", [
      exceptionOf("a", { category: "alarm" }),
      exceptionOf("b", { category: "asset" }),
    ]);
    await night("2026-11-21", [exceptionOf("a", { category: "protection" })]);
    await night("2026-11-20", [exceptionOf("a", { category: "image" })]);
    await night("2026-11-22", [exceptionOf("a", { category: "protection" })]);
    expect(
      await linesOf(opened.ledger, "exception_daily", ["data_date", "exception", "project_id", "category"]),
    ).toEqual([
      "2026-11-21 a p1 protection",
      "2026-11-21 a p2 protection",
      "2026-11-22 a p1 protection",
      "2026-11-22 a p2 protection",
    ]);
  });

  test("who is covered follows the units night by night, and nights without a change add no row", async () => {
    const shop = exceptionOf("shop", { category: "alarm" }, { targets: { units: ["Shop"] } });
    const answers = { p1: FULL, p2: FULL };
    await night("2026-11-20", [shop], answers, { p1: "Shop", p2: "Bank" });
    await night("2026-11-21", [shop], answers, { p1: "Shop", p2: "Bank" });
    await night("2026-11-22", [shop], answers, { p1: "Bank", p2: "Shop" });
    await night("2026-11-23", [shop], answers, { p1: "Bank", p2: "Shop" });
    expect(await linesOf(opened.ledger, "exception_daily", ["data_date", "project_id"])).toEqual([
      "2026-11-20 p1",
      "2026-11-21 p1",
      "2026-11-22 p2",
      "2026-11-23 p2",
    ]);
    const { rows } = await sql`SELECT
      (SELECT COUNT(*) FROM exception_period) AS periods, (SELECT COUNT(*) FROM exception_target) AS targets
    `.execute(opened.ledger.db);
    expect(rows).toEqual([{ periods: 1, targets: 2 }]);
  });
});
