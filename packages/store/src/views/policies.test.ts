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

  test("policy_daily has the policies of an answer", async () => {
    expect(
      await linesOf(opened.ledger, "policy_daily", [
        "data_date",
        "project_id",
        "category",
        "policy_id",
        "policy_name",
        "os_type",
        "host_num",
        "rule_name",
      ]),
    ).toEqual([
      "2026-11-21 p2 baseline pol-a name of pol-a Linux 5 –",
      "2026-11-23 p2 baseline pol-a name of pol-a Linux 6 –",
    ]);
  });

  test("a policy that appears in the list was switched off, one that vanishes was switched on", async () => {
    expect(
      await linesOf(opened.ledger, "policy_event", [
        "data_date",
        "project_id",
        "previous_date",
        "category",
        "event",
        "policy_id",
        "policy_name",
        "os_type",
        "host_num",
      ]),
    ).toEqual([
      "2026-11-21 p2 2026-11-20 baseline off pol-a name of pol-a Linux 5",
      "2026-11-24 p2 2026-11-23 baseline on pol-a name of pol-a Linux 6",
    ]);
  });

  test("policy_off_daily counts the nights and host-nights it is off", async () => {
    expect(
      await linesOf(opened.ledger, "policy_off_daily", [
        "data_date",
        "project_id",
        "category",
        "policy_id",
        "host_num",
        "nights_off",
        "off_since",
        "nights_unknown",
        "host_nights",
      ]),
    ).toEqual([
      "2026-11-21 p2 baseline pol-a 5 1 2026-11-21 0 5",
      "2026-11-23 p2 baseline pol-a 6 2 2026-11-21 1 11",
    ]);
  });
});
