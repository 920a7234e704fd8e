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

  test("risk_daily has a score for each answer whose six deductions are known", async () => {
    expect(
      await linesOf(opened.ledger, "risk_daily", [
        "data_date",
        "project_id",
        "score",
        "deducted",
        "total_risk_num",
        "run_id",
      ]),
    ).toEqual([
      "2026-11-20 p1 92 8 20 1",
      "2026-11-20 p2 64 36 100 1",
      "2026-11-20 p3 98.5 1.5 10 1",
      "2026-11-20 p4 80 20 8 1",
      "2026-11-21 p1 91 9 20 2",
      "2026-11-21 p2 63 37 120 2",
      "2026-11-21 p3 97.5 2.5 10 2",
      "2026-11-23 p1 91 9 20 3",
      "2026-11-23 p2 63 37 120 3",
      "2026-11-23 p3 – – 10 3",
      "2026-11-23 p4 80 20 9 3",
      "2026-11-23 p5 90 10 1 3",
      "2026-11-24 p1 91 9 20 4",
      "2026-11-24 p2 63 37 – 4",
      "2026-11-24 p4 79 21 9 4",
      "2026-11-24 p5 88 12 2 4",
    ]);
  });

  test("latest_risk has the newest answer of each target that is still expected, and its age", async () => {
    expect(
      await linesOf(opened.ledger, "latest_risk", [
        "project_id",
        "data_date",
        "score",
        "total_risk_num",
        "age_days",
      ]),
    ).toEqual([
      "p1 2026-11-24 91 20 0",
      "p2 2026-11-24 63 – 0",
      "p4 2026-11-24 79 9 0",
      "p5 2026-11-24 88 2 0",
    ]);
  });

  test("category_daily has the six categories of an answer, and what they leave unattributed", async () => {
    expect(
      await linesOf(
        opened.ledger,
        "category_daily",
        [
          "project_id",
          "category",
          "total_risk_num",
          "deduct_score",
          "cap",
          "saturated",
          "itemized_num",
          "unattributed_num",
        ],
        "2026-11-23",
      ),
    ).toEqual([
      "p1 alarm 6 5 30 0 6 0",
      "p1 asset 0 0 10 0 0 0",
      "p1 baseline 0 0 20 0 0 0",
      "p1 image 10 2 10 0 10 0",
      "p1 protection 4 2 10 0 4 0",
      "p1 vulnerability 0 0 20 0 0 0",
      "p2 alarm 120 30 30 1 100 20",
      "p2 asset 0 0 10 0 0 0",
      "p2 baseline 1 4 20 0 1 0",
      "p2 image 10 2 10 0 10 0",
      "p2 protection 0 0 10 0 0 0",
      "p2 vulnerability 5 1 20 0 5 0",
      "p3 alarm 0 0 30 0 0 0",
      "p3 asset 0 – 10 – 0 0",
      "p3 baseline 0 0 20 0 0 0",
      "p3 image – – 10 – – –",
      "p3 protection 0 0 10 0 0 0",
      "p3 vulnerability 0 0 20 0 0 0",
      "p4 alarm 0 0 30 0 0 0",
      "p4 asset 0 0 10 0 0 0",
      "p4 baseline 9 20 20 1 9 0",
      "p4 image 0 0 10 0 0 0",
      "p4 protection 0 0 10 0 0 0",
      "p4 vulnerability 0 0 20 0 0 0",
      "p5 alarm 1 10 30 0 1 0",
      "p5 asset 0 0 10 0 0 0",
      "p5 baseline 0 0 20 0 0 0",
      "p5 image 0 0 10 0 0 0",
      "p5 protection 0 0 10 0 0 0",
      "p5 vulnerability 0 0 20 0 0 0",
    ]);
  });

  test("severity_daily has what each answer lists", async () => {
    expect(
      await linesOf(
        opened.ledger,
        "severity_daily",
        ["project_id", "category", "severity", "severity_raw", "risk_num", "affected_num", "affected_unit"],
        "2026-11-24",
      ),
    ).toEqual([
      "p1 alarm high high 4 1 host",
      "p1 alarm low low 2 1 host",
      "p1 image high high 10 1 image",
      "p2 alarm high high 100 1 host",
      "p2 image high high 10 1 image",
      "p4 baseline medium medium 9 1 host",
      "p5 alarm critical critical 2 1 host",
    ]);
  });

  test("counter_daily keeps a number that was left open as not known", async () => {
    expect(
      await linesOf(
        opened.ledger,
        "counter_daily",
        ["project_id", "category", "counter", "value"],
        "2026-11-24",
      ),
    ).toEqual([
      "p1 protection un_open_protection_host_num 4",
      "p2 baseline existed_pwd_host_num 1",
      "p2 vulnerability un_scanned_host_num 5",
      "p4 image un_scanned_image_num –",
      "p4 protection un_open_protection_host_num 1",
    ]);
  });

  test("portfolio_daily is the mean of the scored targets, and a sum only where all parts are known", async () => {
    expect(
      await linesOf(opened.ledger, "portfolio_daily", [
        "data_date",
        "targets",
        "scored_targets",
        "score",
        "deducted",
        "total_risk_num",
      ]),
    ).toEqual([
      "2026-11-20 4 4 83.6 16.4 138",
      "2026-11-21 3 3 83.8 16.2 150",
      "2026-11-23 5 4 81 19 160",
      "2026-11-24 4 4 80.3 19.8 –",
    ]);
  });

  test("portfolio_category_daily adds up a night's categories", async () => {
    expect(
      await linesOf(
        opened.ledger,
        "portfolio_category_daily",
        [
          "data_date",
          "category",
          "cap",
          "targets",
          "deduct_score",
          "saturated_targets",
          "total_risk_num",
          "unattributed_num",
        ],
        "2026-11-23",
      ),
    ).toEqual([
      "2026-11-23 alarm 30 5 9 1 127 20",
      "2026-11-23 asset 10 5 0 0 0 0",
      "2026-11-23 baseline 20 5 4.8 1 10 0",
      "2026-11-23 image 10 5 1 0 – –",
      "2026-11-23 protection 10 5 0.4 0 4 0",
      "2026-11-23 vulnerability 20 5 0.2 0 5 0",
    ]);
  });

  test("portfolio_severity_daily adds up what is listed", async () => {
    expect(
      await linesOf(opened.ledger, "portfolio_severity_daily", [
        "data_date",
        "category",
        "severity",
        "risk_num",
      ]),
    ).toEqual([
      "2026-11-20 alarm high 94",
      "2026-11-20 alarm low 2",
      "2026-11-20 baseline medium 8",
      "2026-11-20 image high 30",
      "2026-11-21 alarm high 114",
      "2026-11-21 alarm low 2",
      "2026-11-21 image high 30",
      "2026-11-23 alarm critical 1",
      "2026-11-23 alarm high 104",
      "2026-11-23 alarm low 2",
      "2026-11-23 baseline medium 9",
      "2026-11-23 image high 20",
      "2026-11-24 alarm critical 2",
      "2026-11-24 alarm high 104",
      "2026-11-24 alarm low 2",
      "2026-11-24 baseline medium 9",
      "2026-11-24 image high 20",
    ]);
  });

  test("portfolio_counter_daily adds up the counters", async () => {
    expect(
      await linesOf(
        opened.ledger,
        "portfolio_counter_daily",
        ["data_date", "category", "counter", "value"],
        "2026-11-24",
      ),
    ).toEqual([
      "2026-11-24 baseline existed_pwd_host_num 1",
      "2026-11-24 image un_scanned_image_num –",
      "2026-11-24 protection un_open_protection_host_num 5",
      "2026-11-24 vulnerability un_scanned_host_num 5",
    ]);
  });
});
