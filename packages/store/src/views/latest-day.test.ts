import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RiskListContent } from "../content.ts";
import { loadNights } from "../load-night.ts";
import { planNight } from "../plan-night.ts";
import { latestNight } from "../query/latest-night.ts";
import { LATEST_NIGHT, queryLedger } from "../query.ts";
import { finishRun, startRun } from "../run.ts";
import { ENGINES, openTestLedger, type TestLedger } from "../test-engines.ts";
import { latestDay } from "./latest-day.ts";

const now = new Date("2026-11-24T02:00:00Z");
const shop = {
  account: "acme",
  region: "ap-southeast-3",
  projectId: "p1",
  projectName: "ap-southeast-3_shop",
  enterpriseProjectId: "all_granted_eps",
};
/** The calendar reaches to it, so it is not too far. */
const AHEAD = latestDay(new Date(Date.now() + 40 * 86_400_000));
const content: RiskListContent = { totalRiskNum: 1, categories: [] };

test("the latest day is that of the latest time zone", () => {
  expect(latestDay(new Date("2026-11-24T09:59:59Z"))).toBe("2026-11-24");
  expect(latestDay(new Date("2026-11-24T10:00:00Z"))).toBe("2026-11-25");
});

describe.each(ENGINES)("%s: a night that lies after today", (engine) => {
  let opened: TestLedger;

  beforeEach(async () => {
    opened = await openTestLedger(engine);
    for (const date of ["2026-11-23", AHEAD, "2026-11-24"]) await record(date);
  });

  afterEach(async () => {
    await opened.remove();
  });

  async function record(dataDate: string): Promise<void> {
    const { ledger } = opened;
    const runId = await startRun(ledger.db, dataDate, now);
    for (const { targetId } of await planNight(ledger, runId, dataDate, [shop])) {
      const row = { runId, targetId, dataDate, content, payload: Buffer.from(dataDate), fetchedAt: now };
      await loadNights(ledger, [{ ...row, attempts: 1 }]);
    }
    const counts = { expected: 1, alreadyFresh: 0, fetched: 1, missing: 0 };
    await finishRun(ledger.db, runId, { now, status: "complete", ...counts, problem: null });
  }

  test("is not the latest of a target, and makes nothing old", async () => {
    const { db } = opened.ledger;
    const rows = await db.selectFrom("latest_risk").select(["data_date", "age_days"]).execute();
    expect(rows).toEqual([{ data_date: "2026-11-24", age_days: 0 }]);
  });

  test("is not the night of a report where none is named", async () => {
    expect(await latestNight(opened.ledger.db)).toBe("2026-11-24");
  });

  test("is not the night whose streaks are kept", async () => {
    const rows = await opened.ledger.db.selectFrom("rollup_streak_night").selectAll().execute();
    expect(rows).toEqual([{ data_date: "2026-11-24" }]);
  });

  test("is not the night that a query takes where none is named", async () => {
    const query = { sql: "SELECT :night AS night", parameters: { night: LATEST_NIGHT } };
    const { batches } = await queryLedger(opened.url, query, { timeoutMs: 20_000 });
    const rows = [];
    for await (const batch of batches) rows.push(...batch);
    expect(rows).toEqual([["2026-11-24"]]);
  });
});
