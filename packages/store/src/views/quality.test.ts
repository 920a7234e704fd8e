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

  test("score_reconciliation_daily holds the cloud's own score against the deductions", async () => {
    expect(
      await linesOf(opened.ledger, "score_reconciliation_daily", [
        "data_date",
        "project_id",
        "score",
        "official_score",
        "difference",
        "official_risk_num",
        "official_risk_host_num",
        "failure_kind",
      ]),
    ).toEqual(["2026-11-24 p2 63 63 0 4 2 –"]);
  });

  test("field_drift has a field where it was first seen", async () => {
    expect(
      await linesOf(opened.ledger, "field_drift", ["field", "first_date", "project_id", "run_id"]),
    ).toEqual(["$.next 2026-11-24 p2 4"]);
  });

  test("quality_issue has a line for each departure", async () => {
    expect(
      await linesOf(opened.ledger, "quality_issue", [
        "data_date",
        "project_id",
        "category",
        "rule",
        "detail",
      ]),
    ).toEqual([
      "2026-11-20 p1 – total_mismatch total_risk_num = 20, its categories add up to 19",
      "2026-11-20 p2 – total_mismatch total_risk_num = 100, its categories add up to 116",
      "2026-11-20 p4 – total_mismatch total_risk_num = 8, its categories add up to 10",
      "2026-11-21 p2 – total_mismatch total_risk_num = 120, its categories add up to 136",
      "2026-11-23 p2 alarm residual_changed unattributed 10 before, 20 now",
      "2026-11-23 p2 – total_mismatch total_risk_num = 120, its categories add up to 136",
      "2026-11-23 p3 asset figure_absent deduct_score",
      "2026-11-23 p3 image block_absent the answer says nothing of it",
      "2026-11-24 p2 alarm figure_absent total_risk_num",
      "2026-11-24 p2 – field_unknown $.next",
      "2026-11-24 p2 – figure_absent total_risk_num",
      "2026-11-24 p4 image figure_absent un_scanned_image_num",
      "2026-11-24 p4 – total_mismatch total_risk_num = 9, its categories add up to 10",
    ]);
  });

  test("an answer that stands still while the others move is suspicious", async () => {
    expect(
      await linesOf(opened.ledger, "frozen_payload_daily", [
        "data_date",
        "project_id",
        "nights_same",
        "same_since",
        "other_targets",
        "other_targets_changed",
        "suspicious",
      ]),
    ).toEqual(["2026-11-24 p1 3 2026-11-21 3 3 1"]);
  });

  test("points that move on many targets while no count does are suspicious", async () => {
    expect(
      await linesOf(
        opened.ledger,
        "scoring_suspicion_daily",
        ["data_date", "previous_date", "category", "cohort", "moved_targets", "moved_share", "suspicious"],
        "2026-11-21",
      ),
    ).toEqual([
      "2026-11-21 2026-11-20 alarm 2 0 0 0",
      "2026-11-21 2026-11-20 asset 3 0 0 0",
      "2026-11-21 2026-11-20 baseline 2 0 0 0",
      "2026-11-21 2026-11-20 image 3 3 1 1",
      "2026-11-21 2026-11-20 protection 2 0 0 0",
      "2026-11-21 2026-11-20 vulnerability 3 0 0 0",
    ]);
  });
});
