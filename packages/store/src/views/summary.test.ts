import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINES, openTestLedger } from "../test-engines.ts";
import { linesOf } from "../test-ledger.ts";
import { recordTestNights } from "../test-nights.ts";
import type { Views } from "../views.ts";

describe.each(ENGINES)("on %s", (engine) => {
  let opened: Awaited<ReturnType<typeof openTestLedger>>;

  beforeAll(async () => {
    opened = await openTestLedger(engine);
    await recordTestNights(opened.ledger);
  });

  afterAll(() => opened.remove());

  const lines = <V extends keyof Views & string>(view: V, columns: readonly (keyof Views[V] & string)[]) =>
    linesOf(opened.ledger, view, columns);

  test("score_band leaves no score without a band", async () => {
    expect((await lines("score_band", ["from_score", "to_score", "band"])).toSorted()).toEqual([
      "0 40 critical",
      "40 60 weak",
      "60 75 fair",
      "75 90 good",
      "90 100 strong",
    ]);
  });

  test("coverage_failure_daily says why, how many, and how old the oldest carried night is", async () => {
    expect(
      await lines("coverage_failure_daily", [
        "data_date",
        "failure_kind",
        "targets",
        "carried",
        "oldest_carried_from",
        "oldest_carried_nights",
      ]),
    ).toEqual(["2026-11-21 network 1 1 2026-11-20 1", "2026-11-22 not_run 4 4 2026-11-20 2"]);
  });

  test("portfolio_saturation_daily adds up what grows under the caps", async () => {
    expect(
      await lines("portfolio_saturation_daily", [
        "data_date",
        "category",
        "targets",
        "growing_targets",
        "total_risk_num",
        "total_risk_num_change",
        "nights_saturated",
      ]),
    ).toEqual([
      "2026-11-20 alarm 1 – 100 – 1",
      "2026-11-20 baseline 1 – 8 – 1",
      "2026-11-21 alarm 1 1 120 20 2",
      "2026-11-23 alarm 1 0 120 0 3",
      "2026-11-23 baseline 1 – 9 – 2",
      "2026-11-24 alarm 1 – – – 4",
      "2026-11-24 baseline 1 0 9 0 3",
    ]);
  });

  test("portfolio_blind_spot_daily has no sum where one number was left open", async () => {
    expect(
      await lines("portfolio_blind_spot_daily", ["data_date", "category", "kind", "targets", "num"]),
    ).toEqual([
      "2026-11-20 protection hosts_unprotected 2 5",
      "2026-11-20 vulnerability hosts_not_scanned 1 5",
      "2026-11-20 vulnerability never_scanned 1 5",
      "2026-11-21 protection hosts_unprotected 1 4",
      "2026-11-21 vulnerability hosts_not_scanned 1 5",
      "2026-11-21 vulnerability never_scanned 1 5",
      "2026-11-23 image block_absent 1 –",
      "2026-11-23 protection hosts_unprotected 1 4",
      "2026-11-23 vulnerability hosts_not_scanned 1 5",
      "2026-11-23 vulnerability never_scanned 1 5",
      "2026-11-24 image images_not_scanned 1 –",
      "2026-11-24 protection hosts_unprotected 2 5",
      "2026-11-24 vulnerability hosts_not_scanned 1 5",
      "2026-11-24 vulnerability never_scanned 1 5",
    ]);
  });

  test("portfolio_policy_off_daily counts hosts and host-nights of a policy", async () => {
    expect(
      await lines("portfolio_policy_off_daily", [
        "data_date",
        "category",
        "policy_name",
        "os_type",
        "targets",
        "host_num",
        "host_nights",
        "first_off_since",
        "last_off_since",
      ]),
    ).toEqual([
      "2026-11-21 baseline name of pol-a Linux 1 5 5 2026-11-21 2026-11-21",
      "2026-11-23 baseline name of pol-a Linux 1 6 11 2026-11-21 2026-11-21",
    ]);
  });

  test("quality_rule_daily counts findings and targets", async () => {
    expect(await lines("quality_rule_daily", ["data_date", "rule", "issues", "targets"])).toEqual([
      "2026-11-20 total_mismatch 3 3",
      "2026-11-21 total_mismatch 1 1",
      "2026-11-23 block_absent 1 1",
      "2026-11-23 figure_absent 1 1",
      "2026-11-23 residual_changed 1 1",
      "2026-11-23 total_mismatch 1 1",
      "2026-11-24 field_unknown 1 1",
      "2026-11-24 figure_absent 3 2",
      "2026-11-24 total_mismatch 1 1",
    ]);
  });

  test("portfolio_reconciliation_daily tells how far the cloud's own score is off", async () => {
    expect(
      await lines("portfolio_reconciliation_daily", [
        "data_date",
        "asked",
        "compared",
        "differing",
        "unavailable",
        "largest_difference",
      ]),
    ).toEqual(["2026-11-24 1 1 0 0 0"]);
  });

  test("event_daily has what a trend has to be read with", async () => {
    expect(await lines("event_daily", ["data_date", "kind", "category", "targets", "host_num"])).toEqual([
      "2026-11-21 policies_off baseline 1 5",
      "2026-11-21 scoring_suspected image 3 –",
      "2026-11-21 targets_missing – 1 –",
      "2026-11-22 nothing_fetched – 4 –",
    ]);
  });
});
