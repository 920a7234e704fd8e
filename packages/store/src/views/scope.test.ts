import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startRun } from "../run.ts";
import { recordScope } from "../scope.ts";
import { ENGINES, openTestLedger } from "../test-engines.ts";
import { linesOf, targetOf } from "../test-ledger.ts";

describe.each(ENGINES)("on %s", (engine) => {
  let opened: Awaited<ReturnType<typeof openTestLedger>>;

  beforeEach(async () => {
    opened = await openTestLedger(engine);
  });

  afterEach(() => opened.remove());

  test("inventory_latest has all that was ever seen, scope_change_daily how it came so", async () => {
    const { ledger } = opened;
    const seen = { "2026-11-23": ["p1", "p2"], "2026-11-24": ["p1", "p3"] };
    for (const [dataDate, projects] of Object.entries(seen)) {
      const runId = await startRun(ledger.db, dataDate, new Date("2026-11-24T02:00:00Z"));
      const sightings = projects.map((id) => ({ ...targetOf(id), state: "expected" as const }));
      await recordScope(ledger, { runId, dataDate, asked: ["acme"], configured: ["acme"], sightings });
    }
    expect(await linesOf(ledger, "inventory_latest", ["project_id", "state", "since"])).toEqual([
      "p1 expected 2026-11-23",
      "p2 gone 2026-11-24",
      "p3 expected 2026-11-24",
    ]);
    expect(
      await linesOf(ledger, "scope_change_daily", ["data_date", "project_id", "change", "reason", "run_id"]),
    ).toEqual([
      "2026-11-23 p1 new account_added 1",
      "2026-11-23 p2 new account_added 1",
      "2026-11-24 p2 gone not_listed 2",
      "2026-11-24 p3 new first_seen 2",
    ]);
  });
});
