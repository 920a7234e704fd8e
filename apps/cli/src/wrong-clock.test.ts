import { afterEach, expect, test } from "vitest";
import { NIGHT, type NightShift, openNightShift } from "./test-night-shift.ts";

const YEAR_MS = 365 * 86_400_000;

let shift: NightShift;

afterEach(async () => {
  await shift.close();
});

const lying = (aheadMs: number) => ({
  faults: [{ fault: "wrong_date", operation: "KeystoneListAuthProjects" as const, aheadMs }],
});

test("under a wrong clock a nightly records nothing, and its operators get one sentence", async () => {
  shift = await openNightShift({ faults: lying(YEAR_MS) });
  const { status, err } = await shift.command("nightly", "--date", NIGHT, "--log", "text");
  expect(status).toBe(4);
  expect(err).toMatch(
    /This machine's clock gave .+Z, and http:.+ gives .+Z: they are more than 5 minutes apart.+ Nothing was recorded\. Set the clock/,
  );
  const [mail, ...others] = await shift.mails();
  expect(others).toEqual([]);
  expect(mail).toMatchObject({
    to: "operators@example.com",
    text: expect.stringContaining("they are more than 5 minutes apart"),
  });
  const rows = await shift.rows(
    "SELECT (SELECT COUNT(*) FROM run_history) AS runs, (SELECT COUNT(*) FROM night_daily) AS nights, (SELECT COUNT(*) FROM coverage_target_daily) AS outcomes, (SELECT COUNT(*) FROM delivery_history) AS deliveries",
  );
  expect(rows).toEqual([{ runs: 0, nights: 0, outcomes: 0, deliveries: 0 }]);

  shift.simulator.setFaults({ faults: [] });
  expect(await shift.command("nightly", "--date", NIGHT)).toMatchObject({ status: 0 });
});

test("ingest has the same verdict, and the copy and the history stay as they were", async () => {
  shift = await openNightShift();
  await shift.command("ingest", "--date", NIGHT);
  shift.simulator.setFaults(lying(-YEAR_MS));
  expect(await shift.command("ingest", "--date", "2026-11-25")).toMatchObject({ status: 4, out: "" });
  expect(await shift.rows("SELECT run_id, data_date FROM run_history")).toEqual([
    { run_id: 1, data_date: NIGHT },
  ]);
});
