import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ENGINES, openTestLedger } from "../test-engines.ts";
import { linesOf, recordNight } from "../test-ledger.ts";
import { recordTestNights } from "../test-nights.ts";

describe.each(ENGINES)("on %s", (engine) => {
  let opened: Awaited<ReturnType<typeof openTestLedger>>;

  beforeAll(async () => {
    opened = await openTestLedger(engine);
    await recordTestNights(opened.ledger);
  });

  afterAll(() => opened.remove());

  test("risk_change_daily measures from the last night that has answers; what is not known on both is not known", async () => {
    expect(
      await linesOf(opened.ledger, "risk_change_daily", [
        "data_date",
        "project_id",
        "previous_date",
        "score_change",
        "total_risk_num_change",
      ]),
    ).toEqual([
      "2026-11-20 p1 – – –",
      "2026-11-20 p2 – – –",
      "2026-11-20 p3 – – –",
      "2026-11-20 p4 – – –",
      "2026-11-21 p1 2026-11-20 -1 0",
      "2026-11-21 p2 2026-11-20 -1 20",
      "2026-11-21 p3 2026-11-20 -1 0",
      "2026-11-23 p1 2026-11-21 0 0",
      "2026-11-23 p2 2026-11-21 0 0",
      "2026-11-23 p3 2026-11-21 – 0",
      "2026-11-23 p4 2026-11-21 – –",
      "2026-11-23 p5 2026-11-21 – –",
      "2026-11-24 p1 2026-11-23 0 0",
      "2026-11-24 p2 2026-11-23 0 –",
      "2026-11-24 p4 2026-11-23 -1 0",
      "2026-11-24 p5 2026-11-23 -2 1",
    ]);
  });

  test("portfolio_change_daily is over the targets on both nights", async () => {
    expect(
      await linesOf(opened.ledger, "portfolio_change_daily", [
        "data_date",
        "previous_date",
        "cohort",
        "score_change",
        "total_risk_num_change",
      ]),
    ).toEqual([
      "2026-11-20 – 0 – –",
      "2026-11-21 2026-11-20 3 -1 20",
      "2026-11-23 2026-11-21 2 0 0",
      "2026-11-24 2026-11-23 4 -0.8 1",
    ]);
  });

  test("portfolio_score_change_daily tells real change from coverage and scope", async () => {
    expect(
      await linesOf(opened.ledger, "portfolio_score_change_daily", [
        "data_date",
        "previous_date",
        "previous_score",
        "score",
        "score_change",
        "real_change",
        "coverage_change",
        "scope_change",
        "cohort",
        "returned_targets",
        "missing_targets",
        "new_targets",
        "gone_targets",
      ]),
    ).toEqual([
      "2026-11-20 – – 83.625 – – – – 0 0 0 4 0",
      "2026-11-21 2026-11-20 83.625 83.8333 0.2083 -1 1.2083 0 3 0 1 0 0",
      "2026-11-23 2026-11-21 83.8333 81 -2.8333 0 -6.0833 3.25 2 1 1 1 0",
      "2026-11-24 2026-11-23 81 80.25 -0.75 -0.75 0 0 4 0 0 0 0",
    ]);
  });

  test("portfolio_category_change_daily says which categories it comes from", async () => {
    expect(
      await linesOf(opened.ledger, "portfolio_category_change_daily", [
        "data_date",
        "previous_date",
        "category",
        "cohort",
        "score_change",
        "total_risk_num_change",
      ]),
    ).toEqual([
      "2026-11-21 2026-11-20 alarm 3 0 20",
      "2026-11-21 2026-11-20 asset 3 0 0",
      "2026-11-21 2026-11-20 baseline 3 0 0",
      "2026-11-21 2026-11-20 image 3 -1 0",
      "2026-11-21 2026-11-20 protection 3 0 1",
      "2026-11-21 2026-11-20 vulnerability 3 0 0",
      "2026-11-23 2026-11-21 alarm 2 0 0",
      "2026-11-23 2026-11-21 asset 2 0 0",
      "2026-11-23 2026-11-21 baseline 2 0 0",
      "2026-11-23 2026-11-21 image 2 0 0",
      "2026-11-23 2026-11-21 protection 2 0 0",
      "2026-11-23 2026-11-21 vulnerability 2 0 0",
      "2026-11-24 2026-11-23 alarm 4 -0.5 –",
      "2026-11-24 2026-11-23 asset 4 0 0",
      "2026-11-24 2026-11-23 baseline 4 0 0",
      "2026-11-24 2026-11-23 image 4 0 0",
      "2026-11-24 2026-11-23 protection 4 -0.25 1",
      "2026-11-24 2026-11-23 vulnerability 4 0 0",
    ]);
  });

  test("portfolio_severity_change_daily leaves out targets whose category was absent on one of the nights", async () => {
    expect(
      await linesOf(opened.ledger, "portfolio_severity_change_daily", [
        "data_date",
        "previous_date",
        "category",
        "severity",
        "cohort",
        "cohort_risk_num",
        "cohort_previous_risk_num",
        "risk_num_change",
      ]),
    ).toEqual([
      "2026-11-21 2026-11-20 alarm high 3 114 94 20",
      "2026-11-21 2026-11-20 alarm low 3 2 2 0",
      "2026-11-21 2026-11-20 image high 3 30 30 0",
      "2026-11-23 2026-11-21 alarm high 3 104 114 -10",
      "2026-11-23 2026-11-21 alarm low 3 2 2 0",
      "2026-11-23 2026-11-21 image high 2 20 20 0",
      "2026-11-24 2026-11-23 alarm critical 4 2 1 1",
      "2026-11-24 2026-11-23 alarm high 4 104 104 0",
      "2026-11-24 2026-11-23 alarm low 4 2 2 0",
      "2026-11-24 2026-11-23 baseline medium 4 9 9 0",
      "2026-11-24 2026-11-23 image high 4 20 20 0",
    ]);
  });

  const STEPS = ["data_date", "step_order", "step", "from_score", "to_score", "change"] as const;

  test("score_waterfall_daily goes from the mean before to the mean now, step by step", async () => {
    const { ledger } = opened;
    expect(await linesOf(ledger, "score_waterfall_daily", STEPS, "2026-11-20")).toEqual([
      "2026-11-20 10 score – 83.625 –",
    ]);
    expect(await linesOf(ledger, "score_waterfall_daily", STEPS, "2026-11-23")).toEqual([
      "2026-11-23 0 previous_score – 83.8333 –",
      "2026-11-23 1 alarm 83.8333 83.8333 0",
      "2026-11-23 10 score – 81 –",
      "2026-11-23 2 vulnerability 83.8333 83.8333 0",
      "2026-11-23 3 baseline 83.8333 83.8333 0",
      "2026-11-23 4 asset 83.8333 83.8333 0",
      "2026-11-23 5 protection 83.8333 83.8333 0",
      "2026-11-23 6 image 83.8333 83.8333 0",
      "2026-11-23 7 coverage 83.8333 77.75 -6.0833",
      "2026-11-23 8 scope 77.75 81 3.25",
    ]);
  });

  test("mover_daily ranks by points, then by risks; what is not known has no rank", async () => {
    expect(
      await linesOf(opened.ledger, "mover_daily", [
        "data_date",
        "project_id",
        "previous_date",
        "previous_score",
        "score",
        "score_change",
        "total_risk_num_change",
        "best_rank",
        "worst_rank",
      ]),
    ).toEqual([
      "2026-11-21 p1 2026-11-20 92 91 -1 0 1 2",
      "2026-11-21 p2 2026-11-20 64 63 -1 20 3 1",
      "2026-11-21 p3 2026-11-20 98.5 97.5 -1 0 1 2",
      "2026-11-23 p1 2026-11-21 91 91 0 0 1 1",
      "2026-11-23 p2 2026-11-21 63 63 0 0 1 1",
      "2026-11-23 p3 2026-11-21 97.5 – – 0 – –",
      "2026-11-24 p1 2026-11-23 91 91 0 0 1 3",
      "2026-11-24 p2 2026-11-23 63 63 0 – 2 4",
      "2026-11-24 p4 2026-11-23 80 79 -1 0 3 2",
      "2026-11-24 p5 2026-11-23 90 88 -2 1 4 1",
    ]);
  });

  test("real, coverage and scope change add up to the difference of the means, and the categories to real change", async () => {
    const rows = await opened.ledger.db
      .selectFrom("portfolio_score_change_daily")
      .selectAll()
      .where("real_change", "is not", null)
      .orderBy("data_date")
      .execute();
    const parts = rows.map((row) => [row.real_change, row.coverage_change, row.scope_change].map(Number));
    expect(parts.map((part) => part.reduce((sum, each) => sum + each).toFixed(4))).toEqual([
      "0.2083",
      "-2.8333",
      "-0.7500",
    ]);
    expect(rows.map((row) => Number(row.score_change).toFixed(4))).toEqual(["0.2083", "-2.8333", "-0.7500"]);
    const categories = await opened.ledger.db
      .selectFrom("portfolio_category_change_daily")
      .select((eb) => ["data_date", eb.fn.sum("score_change").as("points")])
      .groupBy("data_date")
      .orderBy("data_date")
      .execute();
    expect(categories.map((row) => Number(row.points))).toEqual([-1, 0, -0.75]);
  });
});

describe.each(ENGINES)("on %s, in a ledger of its own", (engine) => {
  let opened: Awaited<ReturnType<typeof openTestLedger>>;
  const points = (taken: number | null) => ({ alarm: { points: taken } });
  const COLUMNS = [
    "data_date",
    "score_change",
    "real_change",
    "coverage_change",
    "scope_change",
    "cohort",
    "returned_targets",
    "missing_targets",
    "new_targets",
    "gone_targets",
  ] as const;

  beforeEach(async () => {
    opened = await openTestLedger(engine);
  });

  afterEach(() => opened.remove());

  test("a target that leaves the scope moves the mean by scope change alone", async () => {
    await recordNight(opened.ledger, "2026-11-23", { p1: points(10), p2: points(10), p3: points(25) });
    await recordNight(opened.ledger, "2026-11-24", { p1: points(12), p2: points(10) });
    expect(await linesOf(opened.ledger, "portfolio_score_change_daily", COLUMNS, "2026-11-24")).toEqual([
      "2026-11-24 4 -1 0 5 2 0 0 0 1",
    ]);
  });

  test("what a night without a common target changed is not known", async () => {
    await recordNight(opened.ledger, "2026-11-23", { p1: points(10), p2: undefined });
    await recordNight(opened.ledger, "2026-11-24", { p1: points(null), p2: points(4) });
    expect(await linesOf(opened.ledger, "portfolio_score_change_daily", COLUMNS, "2026-11-24")).toEqual([
      "2026-11-24 6 – – – 0 1 1 0 0",
    ]);
  });

  test("six means that do not end at the fourth decimal still add up, and no common target is a step of its own", async () => {
    const both = (alarm: number, image: number) => ({ alarm: { points: alarm }, image: { points: image } });
    await recordNight(opened.ledger, "2026-11-22", { p1: both(1, 1), p2: both(1, 1), p3: both(1, 1) });
    await recordNight(opened.ledger, "2026-11-23", { p1: both(2, 2), p2: both(1, 1), p3: both(1, 1) });
    await recordNight(opened.ledger, "2026-11-24", { p4: both(3, 0) });
    const steps = ["step_order", "step", "from_score", "to_score", "change"] as const;
    expect(await linesOf(opened.ledger, "score_waterfall_daily", steps, "2026-11-23")).toEqual([
      "0 previous_score – 98 –",
      "1 alarm 98 97.6666 -0.3334",
      "10 score – 97.3333 –",
      "2 vulnerability 97.6666 97.6666 0",
      "3 baseline 97.6666 97.6666 0",
      "4 asset 97.6666 97.6666 0",
      "5 protection 97.6666 97.6666 0",
      "6 image 97.6666 97.3333 -0.3333",
      "7 coverage 97.3333 97.3333 0",
      "8 scope 97.3333 97.3333 0",
    ]);
    expect(await linesOf(opened.ledger, "score_waterfall_daily", steps, "2026-11-24")).toEqual([
      "0 previous_score – 97.3333 –",
      "10 score – 97 –",
      "9 not_comparable 97.3333 97 -0.3333",
    ]);
  });

  test("a severity that an answer lists no more counts as none, and one with no number makes the sum unknown", async () => {
    const listed = (severities: Record<string, number | null>) => ({ alarm: { severities } });
    await recordNight(opened.ledger, "2026-11-23", {
      p1: listed({ high: 3, low: 1 }),
      p2: listed({ low: 2 }),
    });
    await recordNight(opened.ledger, "2026-11-24", { p1: listed({ low: 4 }), p2: listed({ low: null }) });
    expect(
      await linesOf(opened.ledger, "portfolio_severity_change_daily", [
        "severity",
        "cohort",
        "cohort_previous_risk_num",
        "cohort_risk_num",
        "risk_num_change",
      ]),
    ).toEqual(["high 2 3 0 -3", "low 2 3 – –"]);
  });
});
