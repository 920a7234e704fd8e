import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { NIGHT, type NightShift, openNightShift } from "../test-night-shift.ts";

const NEXT = "2026-11-25";

let shift: NightShift;
/** A project that is renamed, one that is left out, and one that keeps its name. */
let changing: string;
let leaving: string;
let before: string;
let after: string;

const config = () => parse(readFileSync(join(shift.folder, "nightledger.yaml"), "utf8"));

/** The executive summary of a night as HTML, rendered now. */
async function report(dataDate: string): Promise<string> {
  const out = join(shift.folder, `out-${dataDate}-${Math.random()}`);
  const { status, err } = await shift.command("report", "--date", dataDate, "--format", "html", "--out", out);
  expect({ status, err }).toEqual({ status: 0, err });
  const [file] = readdirSync(out, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".html"),
  );
  return readFileSync(join(out, file ?? ""), "utf8");
}

beforeAll(async () => {
  shift = await openNightShift();
  const { projects } = shift.simulator.world;
  const [first, second] = projects.filter((project) => project.bornOn === null && project.closedOn === null);
  if (first === undefined || second === undefined) throw new Error("the world has too few projects");
  [changing, leaving, before] = [first.id, second.id, first.name];
  await shift.command("ingest", "--date", NIGHT);
  after = `${first.region}_renamed-overnight`;
  first.name = after;
  shift.simulator.setDate(NEXT);
  const [account] = config().accounts;
  shift.configure({
    accounts: [{ ...account, name: "newname" }],
    projects: {
      [changing]: {
        alias: "Overnight shop",
        owner: { name: "Li Na", address: "li.na@example.com" },
        unit: "Night unit",
      },
      [leaving]: { leaveOut: "It is being shut down" },
    },
  });
});

afterAll(() => shift.close());

test("a renamed project and account are events, not gone and new", async () => {
  const ingest = await shift.command("ingest", "--date", NEXT);
  expect(ingest.status).toBe(0);
  const old = shift.simulator.world.accounts[0]?.name;
  expect(ingest.out).toContain(`Account ${old} is called newname now.`);
  expect(ingest.out).toContain(`Project ${before} of newname is called`);
  expect(ingest.out).toContain("to unit Night unit.");
  expect(ingest.out).toContain("Left out by the configuration (projects: … leaveOut): 1");
  expect(
    await shift.rows(
      `SELECT change, reason, COUNT(*) AS num FROM scope_change_daily
        WHERE data_date = '${NEXT}' GROUP BY change, reason ORDER BY change`,
    ),
  ).toEqual([
    { change: "account_renamed", reason: "same_domain", num: 1 },
    { change: "gone", reason: "configured_out", num: 1 },
    { change: "renamed", reason: "project_renamed", num: 1 },
    { change: "unit_moved", reason: "project_renamed", num: 1 },
  ]);
  const shown = await shift.command("runs", "show", "2");
  expect(shown.out).toContain("account_renamed");
  expect(shown.out).toContain("It is being shut down");
});

test("a night keeps its names in views and in its report, printed again", async () => {
  const old = shift.simulator.world.accounts[0]?.name;
  expect(
    await shift.rows(
      `SELECT data_date, account, project_name FROM risk_daily WHERE project_id = '${changing}' ORDER BY data_date`,
    ),
  ).toEqual([
    { data_date: NIGHT, account: old, project_name: before },
    { data_date: NEXT, account: "newname", project_name: after },
  ]);
  const past = await report(NIGHT);
  expect(past).toContain(before);
  expect(past).not.toContain("renamed-overnight");
  expect(past).not.toContain("Overnight shop");
});

test("a report prints the alias, the owner, the rename and what is left out", async () => {
  const html = await report(NEXT);
  expect(html).toContain("Overnight shop");
  expect(html).toContain("Li Na");
  expect(html).toContain("renamed-overnight");
  expect(html).toContain("It is being shut down");
});

test("an action says how many of its projects its owner answers for", async () => {
  const html = await report(NEXT);
  const plan = html
    .slice(html.indexOf('id="plan"'))
    .replace(/<[^>]+>/g, "")
    .replace(/\s+/g, " ");
  expect(plan).toMatch(/Li Na \(1 of \d+ projects\)/);
});

test("plan and doctor say what is left out, and doctor which project no night has seen", async () => {
  const plan = await shift.command("plan", "--date", NEXT);
  expect(plan.out).toMatch(/Left out by the configuration: .*: It is being shut down/);
  shift.configure({ projects: { ...config().projects, nosuchproject: { alias: "Nobody" } } });
  const doctor = await shift.command("doctor", "--quick");
  expect(doctor.out).toMatch(/No night has seen nosuchproject/);
  expect(doctor.out).toContain(`${leaving} is left out: It is being shut down`);
});

test("a bad address, and a project of which nothing is said, are mistakes of the configuration", async () => {
  shift.configure({ projects: { one: { owner: { address: "nobody" } }, two: {} } });
  const { status, err } = await shift.command("plan");
  expect(status).toBe(2);
  expect(err).toContain("projects.one.owner.address: must be one mail address");
  expect(err).toContain("projects.two: says nothing; give alias, owner, unit or leaveOut");
});
