import { afterEach, expect, test } from "vitest";
import { NIGHT, type NightShift, openNightShift } from "./test-night-shift.ts";

const YEAR_MS = 365 * 86_400_000;

let shift: NightShift;

afterEach(async () => {
  await shift.close();
});

/** Some weeks from now: the calendar reaches to it. */
const AHEAD = new Date(Date.now() + 40 * 86_400_000);
const AHEAD_DATE = AHEAD.toISOString().slice(0, 10);

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

test.each(["ingest", "nightly"])("%s takes no date that is yet to come", async (verb) => {
  shift = await openNightShift();
  const { status, err } = await shift.command(verb, "--date", AHEAD_DATE);
  expect(status).toBe(2);
  expect(err).toContain(`${AHEAD_DATE} is yet to come, and cannot be recorded. Leave --date out.`);
  const [row] = (await shift.rows("SELECT COUNT(*) AS runs FROM run_history").catch(() => [])) as object[];
  expect(row ?? { runs: 0 }).toEqual({ runs: 0 });
});

/** What doctor says of nights that a wrong clock may have made. */
async function nightsOfDoctor(): Promise<string[]> {
  const { findings } = JSON.parse((await shift.command("doctor", "--json")).out) as {
    findings: { check: string; status: string; detail: string }[];
  };
  return findings.flatMap(({ check, status, detail }) =>
    check === "nights" ? [`${status}: ${detail}`] : [],
  );
}

test("a night of a clock that was ahead once is nobody's latest, and doctor names it with its cure", async () => {
  shift = await openNightShift();
  await shift.command("ingest", "--date", "2026-11-23");
  await shift.at(() => AHEAD, "ingest");
  await shift.command("ingest", "--date", NIGHT);
  expect(await shift.rows("SELECT DISTINCT data_date, age_days FROM latest_risk")).toEqual([
    { data_date: NIGHT, age_days: 0 },
  ]);
  const trend = await shift.command(
    "query",
    "--saved",
    "coverage-trend",
    "--param",
    "nights=1",
    "--format",
    "csv",
  );
  expect(trend.out).toBe(`data_date,expected,fresh,carried,missing\n${NIGHT},6,6,0,0\n`);
  const made = await shift.command("report", "--format", "json", "--json");
  expect(JSON.parse(made.out)).toMatchObject({ editions: [{ dataDate: NIGHT }] });
  const [said, ...others] = await nightsOfDoctor();
  expect(others).toEqual([]);
  expect(said).toContain(`warning: The night of ${AHEAD_DATE} is on record, and today is `);
  expect(said).toContain(`"nightledger retract --date ${AHEAD_DATE} --reason TEXT"`);
  const { out } = await shift.command("doctor");
  expect(out).toContain(`Its newest night is ${NIGHT}: 6 of 6 targets fresh.`);
});

test("a first night long before all others was of a clock that was behind, and doctor names it", async () => {
  shift = await openNightShift();
  await shift.command("ingest", "--date", "2026-05-01");
  await shift.command("ingest", "--date", NIGHT);
  expect(await nightsOfDoctor()).toEqual([
    expect.stringContaining(
      `The first night, 2026-05-01, lies 207 days before the next, ${NIGHT}, with none in between`,
    ),
  ]);
});
