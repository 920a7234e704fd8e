import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINES, openTestLedger } from "../test-engines.ts";
import { linesOf } from "../test-ledger.ts";
import { recordTestNights } from "../test-nights.ts";

describe.each(ENGINES)("on %s", (engine) => {
  let opened: Awaited<ReturnType<typeof openTestLedger>>;

  beforeAll(async () => {
    opened = await openTestLedger(engine);
    await recordTestNights(opened.ledger);
  });

  afterAll(() => opened.remove());

  test("run_history has each run", async () => {
    expect(
      await linesOf(opened.ledger, "run_history", [
        "run_id",
        "data_date",
        "started_at",
        "finished_at",
        "status",
        "expected",
        "already_fresh",
        "fetched",
        "missing",
        "problem",
      ]),
    ).toEqual([
      "1 2026-11-20 2026-11-24T02:00:00.000Z – interrupted – – – – –",
      "2 2026-11-21 2026-11-24T02:00:00.000Z – interrupted – – – – –",
      "3 2026-11-23 2026-11-24T02:00:00.000Z – interrupted – – – – –",
      "4 2026-11-24 2026-11-24T02:00:00.000Z – running – – – – –",
    ]);
  });

  test("night_daily has every calendar night, and what it is compared with", async () => {
    expect(
      await linesOf(opened.ledger, "night_daily", [
        "data_date",
        "day_number",
        "observed",
        "previous_date",
        "nights_between",
      ]),
    ).toEqual([
      "2026-11-20 20777 1 – –",
      "2026-11-21 20778 1 2026-11-20 0",
      "2026-11-22 20779 0 2026-11-21 0",
      "2026-11-23 20780 1 2026-11-21 1",
      "2026-11-24 20781 1 2026-11-23 0",
    ]);
  });

  test("coverage_target_daily has an outcome for each expected target, and what is carried", async () => {
    expect(
      await linesOf(opened.ledger, "coverage_target_daily", [
        "data_date",
        "project_id",
        "outcome",
        "failure_kind",
        "attempts",
        "carried_from",
        "carried_score",
        "carried_total_risk_num",
        "run_id",
      ]),
    ).toEqual([
      "2026-11-20 p1 fresh – 1 – – – 1",
      "2026-11-20 p2 fresh – 1 – – – 1",
      "2026-11-20 p3 fresh – 1 – – – 1",
      "2026-11-20 p4 fresh – 1 – – – 1",
      "2026-11-21 p1 fresh – 1 – – – 2",
      "2026-11-21 p2 fresh – 1 – – – 2",
      "2026-11-21 p3 fresh – 1 – – – 2",
      "2026-11-21 p4 missing network 4 2026-11-20 80 8 2",
      "2026-11-22 p1 missing not_run 0 2026-11-21 91 20 3",
      "2026-11-22 p2 missing not_run 0 2026-11-21 63 120 3",
      "2026-11-22 p3 missing not_run 0 2026-11-21 97.5 10 3",
      "2026-11-22 p4 missing not_run 0 2026-11-20 80 8 3",
      "2026-11-23 p1 fresh – 1 – – – 3",
      "2026-11-23 p2 fresh – 1 – – – 3",
      "2026-11-23 p3 fresh – 1 – – – 3",
      "2026-11-23 p4 fresh – 1 – – – 3",
      "2026-11-23 p5 fresh – 1 – – – 3",
      "2026-11-24 p1 fresh – 1 – – – 4",
      "2026-11-24 p2 fresh – 1 – – – 4",
      "2026-11-24 p4 fresh – 1 – – – 4",
      "2026-11-24 p5 fresh – 1 – – – 4",
    ]);
  });

  test("coverage_daily counts them", async () => {
    expect(
      await linesOf(opened.ledger, "coverage_daily", [
        "data_date",
        "expected",
        "fresh",
        "carried",
        "missing",
      ]),
    ).toEqual([
      "2026-11-20 4 4 0 0",
      "2026-11-21 4 3 1 1",
      "2026-11-22 4 0 4 4",
      "2026-11-23 5 5 0 0",
      "2026-11-24 4 4 0 0",
    ]);
  });
});
