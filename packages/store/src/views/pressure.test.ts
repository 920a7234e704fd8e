import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

  test("saturation_pressure_daily shows counts that grow under a cap; nights without an answer are named, not counted", async () => {
    expect(
      await linesOf(opened.ledger, "saturation_pressure_daily", [
        "data_date",
        "project_id",
        "category",
        "deduct_score",
        "cap",
        "previous_total_risk_num",
        "total_risk_num",
        "total_risk_num_change",
        "grows_unseen",
        "nights_saturated",
        "saturated_since",
        "nights_unknown",
      ]),
    ).toEqual([
      "2026-11-20 p2 alarm 30 30 – 100 – – 1 2026-11-20 0",
      "2026-11-20 p4 baseline 20 20 – 8 – – 1 2026-11-20 0",
      "2026-11-21 p2 alarm 30 30 100 120 20 1 2 2026-11-20 0",
      "2026-11-23 p2 alarm 30 30 120 120 0 0 3 2026-11-20 1",
      "2026-11-23 p4 baseline 20 20 – 9 – – 2 2026-11-20 2",
      "2026-11-24 p2 alarm 30 30 120 – – – 4 2026-11-20 1",
      "2026-11-24 p4 baseline 20 20 9 9 0 0 3 2026-11-20 2",
    ]);
  });

  test("blind_spot_daily has what nobody looks at; a number that was left open is one", async () => {
    expect(
      await linesOf(opened.ledger, "blind_spot_daily", [
        "data_date",
        "project_id",
        "category",
        "kind",
        "num",
      ]),
    ).toEqual([
      "2026-11-20 p1 protection hosts_unprotected 3",
      "2026-11-20 p2 vulnerability hosts_not_scanned 5",
      "2026-11-20 p2 vulnerability never_scanned 5",
      "2026-11-20 p4 protection hosts_unprotected 2",
      "2026-11-21 p1 protection hosts_unprotected 4",
      "2026-11-21 p2 vulnerability hosts_not_scanned 5",
      "2026-11-21 p2 vulnerability never_scanned 5",
      "2026-11-23 p1 protection hosts_unprotected 4",
      "2026-11-23 p2 vulnerability hosts_not_scanned 5",
      "2026-11-23 p2 vulnerability never_scanned 5",
      "2026-11-23 p3 image block_absent –",
      "2026-11-24 p1 protection hosts_unprotected 4",
      "2026-11-24 p2 vulnerability hosts_not_scanned 5",
      "2026-11-24 p2 vulnerability never_scanned 5",
      "2026-11-24 p4 image images_not_scanned –",
      "2026-11-24 p4 protection hosts_unprotected 1",
    ]);
  });

  test("unprotected_daily counts nights in a row and host-nights", async () => {
    expect(
      await linesOf(opened.ledger, "unprotected_daily", [
        "data_date",
        "project_id",
        "host_num",
        "nights_unprotected",
        "unprotected_since",
        "nights_unknown",
        "host_nights",
      ]),
    ).toEqual([
      "2026-11-20 p1 3 1 2026-11-20 0 3",
      "2026-11-20 p4 2 1 2026-11-20 0 2",
      "2026-11-21 p1 4 2 2026-11-20 0 7",
      "2026-11-23 p1 4 3 2026-11-20 1 11",
      "2026-11-24 p1 4 4 2026-11-20 1 15",
      "2026-11-24 p4 1 1 2026-11-24 0 1",
    ]);
  });

  test("an answer that does not tell neither continues a streak nor ends it", async () => {
    const own = await openTestLedger(engine);
    const hosts = (num: number | null) => ({
      protection: { counters: { un_open_protection_host_num: num } },
    });
    const given = { "2026-11-20": 2, "2026-11-21": 0, "2026-11-22": 3, "2026-11-23": null, "2026-11-24": 1 };
    for (const [date, num] of Object.entries(given)) await recordNight(own.ledger, date, { p1: hosts(num) });
    expect(
      await linesOf(own.ledger, "unprotected_daily", [
        "data_date",
        "nights_unprotected",
        "unprotected_since",
        "nights_unknown",
        "host_nights",
      ]),
    ).toEqual(["2026-11-20 1 2026-11-20 0 2", "2026-11-22 1 2026-11-22 0 3", "2026-11-24 2 2026-11-22 1 4"]);
    await own.remove();
  });

  test("nights in a row are counted over the last 92", async () => {
    const own = await openTestLedger(engine);
    const start = Date.parse("2026-08-20T00:00:00Z");
    for (let day = 0; day < 97; day += 1) {
      const date = new Date(start + day * 86_400_000).toISOString().slice(0, 10);
      await recordNight(own.ledger, date, { p1: { image: { points: 10 } } });
    }
    expect(
      await linesOf(
        own.ledger,
        "saturation_pressure_daily",
        ["nights_saturated", "saturated_since", "nights_unknown"],
        "2026-11-24",
      ),
    ).toEqual(["92 2026-08-25 0"]);
    await own.remove();
  });
});
