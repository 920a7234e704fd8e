import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENGINES, openTestLedger } from "../test-engines.ts";
import { linesOf, recordNight } from "../test-ledger.ts";

describe.each(ENGINES)("on %s", (engine) => {
  let opened: Awaited<ReturnType<typeof openTestLedger>>;

  beforeEach(async () => {
    opened = await openTestLedger(engine);
  });

  afterEach(() => opened.remove());

  const PERIOD = ["project_id", "unit", "from_date", "to_date"] as const;
  const answer = (total: number | null, points: number | null) => ({ total, alarm: { total, points } });

  test("a target without a unit has one row, which says so", async () => {
    await recordNight(opened.ledger, "2026-11-23", { p1: {} });
    expect(await linesOf(opened.ledger, "unit_target", PERIOD)).toEqual(["p1 – 0001-01-01 9999-12-31"]);
  });

  test("a target's first unit counts for its earlier nights, a later one from its night on", async () => {
    const { ledger } = opened;
    await recordNight(ledger, "2026-11-20", { p1: {}, p2: {} });
    await recordNight(ledger, "2026-11-21", { p1: {}, p2: {} }, {}, { p1: "Shop", p2: "Bank" });
    await recordNight(ledger, "2026-11-22", { p1: {}, p2: {} }, {}, { p1: "Bank", p2: "Bank" });
    await recordNight(ledger, "2026-11-23", { p1: {}, p2: {} }, {}, { p2: "Bank" });
    expect(await linesOf(ledger, "unit_target", PERIOD)).toEqual([
      "p1 Bank 2026-11-22 2026-11-23",
      "p1 Shop 0001-01-01 2026-11-22",
      "p1 – 2026-11-23 9999-12-31",
      "p2 Bank 0001-01-01 9999-12-31",
    ]);
    expect(await linesOf(ledger, "risk_daily", ["data_date", "project_id", "unit"])).toEqual([
      "2026-11-20 p1 Shop",
      "2026-11-20 p2 Bank",
      "2026-11-21 p1 Shop",
      "2026-11-21 p2 Bank",
      "2026-11-22 p1 Bank",
      "2026-11-22 p2 Bank",
      "2026-11-23 p1 –",
      "2026-11-23 p2 Bank",
    ]);
  });

  test("another unit on the same night takes the first one's place, one of a night before is not heard", async () => {
    const { ledger } = opened;
    await recordNight(ledger, "2026-11-21", { p1: {} }, {}, { p1: "Shpo" });
    await recordNight(ledger, "2026-11-21", { p1: {} }, {}, { p1: "Shop" });
    await recordNight(ledger, "2026-11-23", { p1: {} }, {}, { p1: "Bnak" });
    await recordNight(ledger, "2026-11-23", { p1: {} }, {}, { p1: "Bank" });
    await recordNight(ledger, "2026-11-22", { p1: {} }, {}, { p1: "Ship" });
    expect(await linesOf(ledger, "unit_target", PERIOD)).toEqual([
      "p1 Bank 2026-11-23 9999-12-31",
      "p1 Shop 0001-01-01 2026-11-23",
    ]);
  });

  /** p1 and p2 are the shop's, p3 the bank's until the 24th, p4 nobody's; p5, the bank's, never answers. */
  async function recordUnits(): Promise<void> {
    const { ledger } = opened;
    const units = { p1: "Shop", p2: "Shop", p3: "Bank", p5: "Bank" };
    const first = { p1: answer(5, 10), p2: answer(7, 20), p3: answer(1, 30), p4: answer(2, null) };
    await recordNight(ledger, "2026-11-23", { ...first, p5: undefined }, {}, units);
    const second = { p1: answer(6, 12), p2: undefined, p3: answer(3, 28), p4: answer(null, 1) };
    await recordNight(ledger, "2026-11-24", { ...second, p5: undefined }, {}, { ...units, p3: "Shop" });
  }

  test("unit_daily has the portfolio's figures of each unit, also where none of its targets answers", async () => {
    await recordUnits();
    expect(
      await linesOf(opened.ledger, "unit_daily", [
        "data_date",
        "unit",
        "expected",
        "fresh",
        "missing",
        "targets",
        "scored_targets",
        "score",
        "deducted",
        "total_risk_num",
      ]),
    ).toEqual([
      "2026-11-23 Bank 2 1 1 1 1 70 30 1",
      "2026-11-23 Shop 2 2 0 2 2 85 15 12",
      "2026-11-23 – 1 1 0 1 0 – – 2",
      "2026-11-24 Bank 1 0 1 0 0 – – –",
      "2026-11-24 Shop 3 2 1 2 2 80 20 9",
      "2026-11-24 – 1 1 0 1 1 99 1 –",
    ]);
  });

  test("unit_category_daily is portfolio_category_daily of each unit", async () => {
    await recordUnits();
    const lines = await linesOf(opened.ledger, "unit_category_daily", [
      "data_date",
      "unit",
      "category",
      "cap",
      "targets",
      "deduct_score",
      "saturated_targets",
      "total_risk_num",
      "unattributed_num",
    ]);
    expect(lines).toHaveLength(30);
    expect(lines.filter((line) => line.includes("alarm"))).toEqual([
      "2026-11-23 Bank alarm 30 1 30 1 1 1",
      "2026-11-23 Shop alarm 30 2 15 0 12 12",
      "2026-11-23 – alarm 30 1 – 0 2 2",
      "2026-11-24 Shop alarm 30 2 20 0 9 9",
      "2026-11-24 – alarm 30 1 1 0 – –",
    ]);
  });

  test("unit_change_daily is like for like; a target that changed its unit counts for the new one", async () => {
    await recordUnits();
    expect(
      await linesOf(opened.ledger, "unit_change_daily", [
        "data_date",
        "unit",
        "previous_date",
        "cohort",
        "score_change",
        "total_risk_num_change",
      ]),
    ).toEqual([
      "2026-11-23 Bank – 0 – –",
      "2026-11-23 Shop – 0 – –",
      "2026-11-23 – – 0 – –",
      "2026-11-24 Shop 2026-11-23 2 0 3",
      "2026-11-24 – 2026-11-23 0 – –",
    ]);
  });

  test("the units of a night make up the portfolio", async () => {
    await recordUnits();
    const { rows } = await sql`
      SELECT c.data_date, c.expected - u.expected AS expected, c.missing - u.missing AS missing,
        p.targets - u.targets AS targets, p.scored_targets - u.scored_targets AS scored_targets
      FROM coverage_daily c JOIN portfolio_daily p ON p.data_date = c.data_date
      JOIN (
        SELECT data_date, SUM(expected) AS expected, SUM(missing) AS missing, SUM(targets) AS targets,
          SUM(scored_targets) AS scored_targets
        FROM unit_daily GROUP BY data_date
      ) AS u ON u.data_date = c.data_date ORDER BY c.data_date`.execute(opened.ledger.db);
    const none = { expected: 0, missing: 0, targets: 0, scored_targets: 0 };
    expect(rows).toEqual([
      { data_date: "2026-11-23", ...none },
      { data_date: "2026-11-24", ...none },
    ]);
  });
});
