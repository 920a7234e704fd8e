import { afterEach, beforeEach, expect, test } from "vitest";
import { NIGHT, type NightShift, openNightShift } from "../test-night-shift.ts";

let shift: NightShift;

beforeEach(async () => {
  shift = await openNightShift();
});
afterEach(() => shift.close());

test("runs show tells what a run cost, when it did what, which targets were slow, and what to do", async () => {
  shift.simulator.setFaults({ faults: [{ operation: "ListSecurityRisk", project: 2, fault: "permission" }] });
  await shift.command("ingest", "--date", NIGHT);
  const calls = shift.simulator.requests.length;
  const run = JSON.parse((await shift.command("runs", "show", "1", "--json")).out);
  expect(run).toMatchObject({
    run_id: 1,
    status: "partial",
    statistics: { calls, quota_calls: 6, quota_minutes: 1.2, throttled_seconds: 0 },
    minutes: [{ minute: 0, calls, fresh: 5, missing: 1 }],
    failures: [
      { failure_kind: "permission", targets: 1, cure: 'grant the user "HSS ReadOnlyAccess" on the project' },
    ],
    missing_targets: [{ failure_kind: "permission", attempts: 1 }],
  });
  expect(run.slow_targets).toHaveLength(6);

  const { out } = await shift.command("runs", "show", "1");
  expect(out).toMatch(
    new RegExp(
      `\nCost: calls ${calls}, of them under quota 6 \\(1\\.2 minutes of one user's\\); bytes received [\\d,]+\\.\n`,
    ),
  );
  expect(out).toMatch(/\nTime: [\d.]+ s, of which 0 s waiting for the quota alone\.\n/);
  expect(out).toMatch(/\nTimeline, by the minute\nminute +calls +fresh +missing\n[─ ]+\n +0 +\d+ +5 +1\n/);
  expect(out).toMatch(/\nSlowest targets\naccount +region +project_name +busy_ms +waited_ms +attempts\n/);
  expect(out).toMatch(/\nFailures by kind, and what to do\n.*\n.*\npermission +1 {2}grant the user "HSS/);
  expect(out).toMatch(/\nMissing targets\n/);
});

test("a run that is not there is bad usage, whatever its number looks like", async () => {
  await shift.command("ingest", "--date", NIGHT);
  for (const id of ["9", "1x", "-1"]) {
    expect(await shift.command("runs", "show", "--", id)).toMatchObject({
      status: 2,
      err: `nightledger: There is no run ${id}. "nightledger runs" lists them.\n`,
    });
  }
});
