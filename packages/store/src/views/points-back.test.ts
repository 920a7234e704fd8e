import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENGINES, openTestLedger } from "../test-engines.ts";
import { type Answer, contentOf, linesOf, recordNight } from "../test-ledger.ts";
import type { Category } from "../views.ts";

const NIGHT = "2026-11-24";

describe.each(ENGINES)("on %s", (engine) => {
  let opened: Awaited<ReturnType<typeof openTestLedger>>;

  beforeEach(async () => {
    opened = await openTestLedger(engine);
  });
  afterEach(() => opened.remove());

  const actionsOf = async (answer: Answer) => {
    await recordNight(opened.ledger, NIGHT, { p1: answer });
    const lines = await linesOf(opened.ledger, "points_back_daily", [
      "category",
      "action_rank",
      "action",
      "num",
      "raw_points",
      "points_alone",
      "points_back",
      "blocked_by_cap",
    ]);
    return lines;
  };

  test("below the cap each action returns what the rules take for it", async () => {
    expect(
      await actionsOf({
        alarm: { points: 13.3, severities: { critical: 1, high: 1, low: 3 } },
        vulnerability: { points: 15, counters: { un_scanned_host_num: 4 } },
        image: { points: 6, severities: { medium: 1, high: 0 }, counters: { un_scanned_image_num: 2 } },
      }),
    ).toEqual([
      "alarm 1 critical 1 10 10 10 0",
      "alarm 2 high 1 3 3 3 0",
      "alarm 3 low 3 0.3 0.3 0.3 0",
      "image 1 un_scanned_image_num 2 5 5 5 0",
      "image 2 medium 1 1 1 1 0",
      "vulnerability 1 un_scanned_host_num 4 15 15 15 0",
    ]);
  });

  test("at the cap the first actions return nothing, and the last ones all of it", async () => {
    expect(
      await actionsOf({
        alarm: { points: 30, severities: { critical: 2, high: 10, medium: 25 } },
        vulnerability: { points: 20, severities: { critical: 1, high: 2, medium: 5 } },
      }),
    ).toEqual([
      "alarm 1 critical 2 20 0 0 1",
      "alarm 2 high 10 30 0 5 1",
      "alarm 3 medium 25 25 0 25 1",
      "vulnerability 1 critical 1 10 9 9 0",
      "vulnerability 2 high 2 6 5 6 0",
      "vulnerability 3 medium 5 5 4 5 0",
    ]);
  });

  test("a policy is known by its name in any case, and taken once however many lists name it", async () => {
    const lists: Partial<Record<Category, [name: string, hosts: number | null][]>> = {
      alarm: [
        ["LOGIN SECURITY CHECK", 5],
        ["Login Security Check", 2],
        ["Ransomware Prevention", null],
      ],
      baseline: [["弱口令检测", 7]],
      asset: [["Own rules", 4]],
    };
    const said = contentOf({ alarm: { points: 25 }, baseline: { points: 10 }, asset: { points: 3 } });
    const categories = said.categories.map((block) => ({
      ...block,
      policies: (lists[block.category] ?? []).map(([policyName, hostNum], index) => ({
        ...{ policyId: `${index}`, policyName, osType: null, hostNum, ruleName: null },
      })),
    }));
    const content = { ...said, categories };
    await recordNight(opened.ledger, NIGHT, { p1: {} }, { p1: { content } });
    expect(
      await linesOf(opened.ledger, "points_back_daily", [
        "category",
        "action_rank",
        "action",
        "mode",
        "num",
        "points_back",
      ]),
    ).toEqual([
      "alarm 1 policy_ransomware once – 15",
      "alarm 2 policy_login_security once 7 10",
      "asset 1 enable_policies – 1 3",
      "baseline 1 policy_weak_password once 7 10",
    ]);
  });

  test("what the rules do not explain stays a row of its own, and what is not known is null", async () => {
    expect(
      await actionsOf({
        alarm: { points: 4, severities: { high: 1 } },
        asset: { points: null, counters: { existed_danger_port_host_num: 2 } },
        baseline: { points: 20, severities: { high: null, low: 3 } },
        image: { absent: true },
        protection: { points: 2, counters: { un_open_protection_host_num: 4 } },
      }),
    ).toEqual([
      "alarm 1 high 1 3 3 3 0",
      "alarm 2 unattributed – 0 1 1 0",
      "asset 1 existed_danger_port_host_num 2 2 – – –",
      "asset 2 unattributed – 0 – – –",
      "baseline 1 high – – – – –",
      "baseline 2 low 3 3 – – –",
      "baseline 3 unattributed – 0 20 20 0",
      "image 1 unattributed – 0 – – –",
      "protection 1 un_open_protection_host_num 4 4 2 2 0",
    ]);
  });

  test("of the portfolio they are points of the mean score, over the targets that have one", async () => {
    await recordNight(opened.ledger, NIGHT, {
      p1: { alarm: { points: 30, severities: { critical: 4, low: 20 } } },
      p2: { alarm: { points: 11, severities: { critical: 1 } } },
      p3: { alarm: { points: 10, severities: { critical: 1 } }, image: { points: null } },
      p4: {},
      p5: undefined,
    });
    const columns = ["rank", "category", "action", "scored_targets", "targets", "blocked_targets"] as const;
    expect(
      await linesOf(opened.ledger, "portfolio_points_back_daily", [
        ...columns,
        ...(["num", "points_alone", "points_back"] as const),
      ]),
    ).toEqual([
      "1 alarm critical 3 2 0 5 12.6667 12.6667",
      "2 alarm low 3 1 1 20 0 0.6667",
      "3 alarm unattributed 3 1 0 – 0.3333 0.3333",
    ]);
    expect(await linesOf(opened.ledger, "portfolio_daily", ["scored_targets", "deducted"])).toEqual([
      "3 13.7",
    ]);
  });

  test("over a category they add up to what is taken, whatever the rules say", async () => {
    await recordNight(opened.ledger, NIGHT, {
      p1: {
        alarm: { points: 30, severities: { critical: 4, low: 20 } },
        image: { points: 0, severities: { high: 1 } },
      },
      p2: {
        alarm: { points: 19.899999618530273, severities: { critical: 1, low: 7 } },
        asset: { points: -1 },
      },
    });
    const sums = await opened.ledger.db
      .selectFrom("points_back_daily")
      .select((eb) => ["project_id", "category", "deduct_score", eb.fn.sum("points_back").as("points")])
      .groupBy(["project_id", "category", "deduct_score"])
      .orderBy("project_id")
      .orderBy("category")
      .execute();
    expect(sums.map((row) => [row.project_id, row.category, row.deduct_score, Number(row.points)])).toEqual([
      ["p1", "alarm", 30, 30],
      ["p1", "image", 0, 0],
      ["p2", "alarm", 19.9, 19.9],
      ["p2", "asset", -1, -1],
    ]);
  });
});
