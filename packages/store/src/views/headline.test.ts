import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENGINES, openTestLedger } from "../test-engines.ts";
import { type Answer, linesOf, recordNight } from "../test-ledger.ts";
import { recordTestNights } from "../test-nights.ts";

const FIGURES = [
  ...(["category", "project_name", "change", "category_change", "score", "previous_score"] as const),
  ...(["targets", "of_targets", "num", "hosts"] as const),
];

describe.each(ENGINES)("on %s", (engine) => {
  let opened: Awaited<ReturnType<typeof openTestLedger>>;

  beforeEach(async () => {
    opened = await openTestLedger(engine);
  });
  afterEach(() => opened.remove());

  const headlines = (dataDate: string) =>
    linesOf(opened.ledger, "headline_daily", ["rank", "statement", ...FIGURES], dataDate);

  test("a night's statements come the most telling first, with the figures of each", async () => {
    await recordTestNights(opened.ledger);
    expect(await headlines("2026-11-20")).toEqual([
      "1 first_night – – – – 83.625 – – – – –",
      "2 unprotected – – – – – – 2 – – 5",
    ]);
    expect(await headlines("2026-11-21")).toEqual([
      "1 score_down image – -1 -1 83.8333 83.625 – – – –",
      "2 policies_off – – – – – – 1 – 1 5",
      "3 grows_unseen alarm – – – – – 1 – 20 –",
      "4 missing – – – – – – 1 4 1 –",
      "5 rule_suspected image – – – – – 3 3 – –",
      "6 unprotected – – – – – – 1 – – 4",
    ]);
    expect(await headlines("2026-11-22")).toEqual(["1 no_answers – – – – – – 4 4 – –"]);
    expect(await headlines("2026-11-24")).toEqual([
      "1 score_down alarm – -0.75 -0.5 80.25 81 – – – –",
      "2 unprotected – – – – – – 2 – – 5",
    ]);
  });

  test("a night like the one before says so, and one that only moved under a cap says that", async () => {
    const at = (points: number, total: number): Answer => ({ total, alarm: { points, total } });
    await recordNight(opened.ledger, "2026-11-21", { p1: at(30, 5), p2: at(4, 1) });
    await recordNight(opened.ledger, "2026-11-22", { p1: at(30, 5), p2: at(4, 1) });
    await recordNight(opened.ledger, "2026-11-23", { p1: at(30, 9), p2: at(4, 1) });
    await recordNight(opened.ledger, "2026-11-24", { p1: at(2, 1), p2: at(4, 1) });
    expect(await headlines("2026-11-22")).toEqual(["1 nothing_moved – – 0 – 83 83 – – – –"]);
    expect(await headlines("2026-11-23")).toEqual([
      "1 score_unchanged – – 0 – 83 83 – – – –",
      "2 grows_unseen alarm – – – – – 1 – 4 –",
    ]);
    expect(await headlines("2026-11-24")).toEqual([
      "1 score_up alarm – 14 14 97 83 – – – –",
      "2 new_worst – ap-southeast-3_p2 – – 96 – – – – –",
    ]);
  });

  test("where nothing can be compared, or nothing is scored, that is the statement", async () => {
    await recordNight(opened.ledger, "2026-11-22", { p1: { alarm: { points: null } } });
    await recordNight(opened.ledger, "2026-11-23", { p1: { alarm: { points: 3 } }, p2: undefined });
    await recordNight(opened.ledger, "2026-11-24", { p2: {} });
    expect(await headlines("2026-11-22")).toEqual(["1 no_score – – – – – – 0 1 – –"]);
    expect(await headlines("2026-11-23")).toEqual([
      "1 not_comparable – – – – 97 – – – – –",
      "2 missing – – – – – – 1 2 0 –",
      "3 returned – – – – – – 1 – – –",
    ]);
    expect(await headlines("2026-11-24")).toEqual([
      "1 not_comparable – – – – 100 97 – – – –",
      "2 new_worst – ap-southeast-3_p2 – – 100 – – – – –",
      "3 returned – – – – – – 1 – – –",
      "4 scope_gone – – – – – – 1 – – –",
    ]);
  });
});
