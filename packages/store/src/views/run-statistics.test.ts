import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { finishRun, startRun } from "../run.ts";
import type { RunStatistics } from "../run-statistics.ts";
import { ENGINES, openTestLedger } from "../test-engines.ts";
import { linesOf } from "../test-ledger.ts";
import { recordTestNights } from "../test-nights.ts";

const NOW = new Date("2026-11-25T02:00:00Z");

const STATISTICS: RunStatistics = {
  calls: 14,
  quotaCalls: 12,
  receivedBytes: 48_000,
  seconds: 180.25,
  throttledSeconds: 171.5,
  minutes: [
    { minute: 0, calls: 7, fresh: 5, missing: 0 },
    { minute: 2, calls: 7, fresh: 4, missing: 1 },
  ],
  slowest: [
    { targetId: 2, ms: 170_000, waitedMs: 169_000, attempts: 1 },
    { targetId: 1, ms: 90_000, waitedMs: 60_000, attempts: 3 },
  ],
};

describe.each(ENGINES)("on %s", (engine) => {
  let opened: Awaited<ReturnType<typeof openTestLedger>>;

  beforeAll(async () => {
    opened = await openTestLedger(engine);
    const { ledger } = opened;
    await recordTestNights(ledger);
    const run = async (statistics?: RunStatistics) => {
      const runId = await startRun(ledger.db, "2026-11-25", NOW);
      const counts = { expected: 0, alreadyFresh: 0, fetched: 0, missing: 0, problem: null };
      await finishRun(ledger.db, runId, {
        now: NOW,
        status: "complete",
        ...counts,
        ...(statistics && { statistics }),
      });
    };
    await run(STATISTICS);
    await run();
    await run({ ...STATISTICS, calls: 0, quotaCalls: 0, minutes: [], slowest: [] });
  });

  afterAll(() => opened.remove());

  test("run_statistics has what a run cost, and no row of a run that nobody measured", async () => {
    expect(
      await linesOf(opened.ledger, "run_statistics", [
        "run_id",
        "calls",
        "quota_calls",
        "quota_minutes",
        "received_bytes",
        "seconds",
        "throttled_seconds",
      ]),
    ).toEqual(["5 14 12 2.4 48000 180.25 171.5", "7 0 0 0 48000 180.25 171.5"]);
  });

  test("run_minute has each minute in which something took place", async () => {
    expect(
      await linesOf(opened.ledger, "run_minute", ["run_id", "minute", "calls", "fresh", "missing"]),
    ).toEqual(["5 0 7 5 0", "5 2 7 4 1"]);
  });

  test("run_slow_target names the targets that kept it busy, waiting for turns left out", async () => {
    expect(
      await linesOf(opened.ledger, "run_slow_target", [
        "run_id",
        "place",
        "project_id",
        "ms",
        "waited_ms",
        "busy_ms",
        "attempts",
      ]),
    ).toEqual(["5 1 p1 90000 60000 30000 3", "5 2 p2 170000 169000 1000 1"]);
  });

  test("run_failure has what is still missing because of a run, by kind", async () => {
    expect(
      await linesOf(opened.ledger, "run_failure", ["run_id", "data_date", "failure_kind", "targets"]),
    ).toEqual(["2 2026-11-21 network 1", "3 2026-11-22 not_run 4"]);
  });
});
