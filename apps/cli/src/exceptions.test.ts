import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readExceptions } from "./read-exceptions.ts";
import { runHere } from "./test-command.ts";
import { writeSimulatorConfig } from "./write-simulator-config.ts";

const DATE = "2026-11-24";

let folder: string;
let file: string;
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ accounts: 1, projects: 3, limit: null, referenceDate: DATE });
});

afterAll(async () => {
  await simulator.close();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-exceptions-"));
  file = join(folder, "exceptions.yaml");
  const config = join(folder, "nightledger.yaml");
  writeSimulatorConfig(simulator, config);
  writeFileSync(config, `${readFileSync(config, "utf8")}exceptions: ./exceptions.yaml\n`);
  return () => rmSync(folder, { recursive: true });
});

const nightledger = (...args: string[]) => runHere(folder, args);
const ingest = (date: string) => {
  simulator.setDate(date);
  return nightledger("ingest", "--date", date, "--json");
};

const GOOD = `
- id: images
  what: { category: image }
  owner: Ada
  reason: >
    Rebuilt in spring;
    SEC-412.
  approved_by: CISO
  until: 2026-12-01
`;

function problemsOf(yaml: string, today = DATE): string[] {
  writeFileSync(file, yaml);
  try {
    readExceptions(file, today);
  } catch (error) {
    return (error as Error).message.split("\n").slice(1);
  }
  return [];
}

test("an exception is read as it is written, its reason on one line", () => {
  writeFileSync(file, GOOD);
  expect(readExceptions(file, DATE)).toEqual([
    {
      id: "images",
      what: { category: "image" },
      targets: {},
      owner: "Ada",
      reason: "Rebuilt in spring; SEC-412.",
      approvedBy: "CISO",
      from: null,
      until: "2026-12-01",
    },
  ]);
});

test("no file, and an empty one, are no exceptions", () => {
  writeFileSync(file, "# none now\n");
  expect([readExceptions(null, DATE), readExceptions(file, DATE)]).toEqual([[], []]);
});

test.each([
  [
    "category: image",
    "category: images",
    "[0].what.category: must be one of: alarm, baseline, asset, protection, vulnerability, image",
  ],
  [
    "category: image }",
    "category: image, severity: grave }",
    "[0].what.severity: must be one of: critical, high, medium, low, unknown",
  ],
  [
    "category: image }",
    "category: image, severity: low, counter: un_scanned_image_num }",
    "[0].what: names more than one of severity, counter and policy; make an exception of each",
  ],
  ["2026-12-01", "2026-02-30", "[0].until: is no date; write it as YYYY-MM-DD, such as 2026-11-24"],
  [
    "until: 2026-12-01",
    "until: tomorrow",
    "[0].until: is no date; write it as YYYY-MM-DD, such as 2026-11-24",
  ],
  ["until:", "from: 2026-12-02\n  until:", "[0].until: is before from, 2026-12-02"],
  [
    "2026-12-01",
    "2027-12-30",
    "[0].until: is 401 days away; an exception is for 400 days at most, and can be renewed",
  ],
  ["images", "two words", "[0].id: must be of letters, digits, dots, hyphens and underscores, 64 at most"],
  ["owner: Ada", 'owner: "Ada\\n"', "[0].owner: must be one line, without control characters"],
  ["owner: Ada", "# nobody", "[0].owner: is missing. Who answers for it."],
  ["approved_by", "approvedby", '[0].approvedby: is no setting; did you mean "approved_by"?'],
  ["what:", "targets: { units: [] }\n  what:", "[0].targets.units: must have at least 1 entry"],
])("%j written as %j is told by its path", (right, wrong, problem) => {
  expect(problemsOf(GOOD.replace(right, wrong))).toEqual([`  ${problem}`]);
});

test("all problems are told at once", () => {
  expect(problemsOf(`${GOOD}${GOOD.replace("2026-12-01", "2029-01-01")}`)).toEqual([
    "  [1].id: is the id of [0], too; give each exception its own",
    "  [1].until: is 769 days away; an exception is for 400 days at most, and can be renewed",
  ]);
  expect(problemsOf("id: images")).toEqual(["  (top): must be a list of exceptions"]);
  expect(problemsOf("- {")).toHaveLength(1);
});

test("a wrong file is exit status 2, and names what is wrong", async () => {
  expect(await nightledger("exceptions")).toMatchObject({ status: 2, out: "" });
  writeFileSync(file, GOOD.replace("2026-12-01", "soon"));
  const { status, err } = await nightledger("exceptions");
  expect(status).toBe(2);
  expect(err).toContain(`The exceptions in ${file} cannot be used:\n  [0].until: is no date;`);
});

test("a file is checked before there is a ledger", async () => {
  writeFileSync(file, GOOD.replaceAll("2026-12-01", "2999-01-01"));
  expect((await nightledger("exceptions")).status).toBe(2);
  writeFileSync(file, "[]");
  expect(await nightledger("exceptions")).toEqual({
    status: 0,
    out: "No exception is on record.\n",
    err: "",
  });
});

test("ingest puts the file on record, and exceptions tells gross and net of any night", async () => {
  const typo = GOOD.replace("images", "typo").replace("owner", "targets: { accounts: [nobody] }\n  owner");
  writeFileSync(file, `${GOOD}${typo}`);
  expect((await ingest("2026-11-23")).status).toBe(0);
  writeFileSync(file, "[]");
  expect((await ingest(DATE)).status).toBe(0);
  const then = JSON.parse((await nightledger("exceptions", "--date", "2026-11-23", "--json")).out);
  expect(then.exceptions).toMatchObject([
    { exception: "images", state: "expiring", days_left: 8, targets: 3, owner: "Ada", approved_by: "CISO" },
    { exception: "typo", state: "expiring", days_left: 8, targets: 0 },
  ]);
  expect(then.portfolio).toMatchObject({ exceptions: 1, excepted_targets: 3 });
  expect(then.remarks).toEqual([
    "typo fits no target on record: check the names in its targets.",
    "images is not in the file: the next ingest ends it.",
    "typo is not in the file: the next ingest ends it.",
  ]);
  expect((await nightledger("exceptions")).out).toBe(`No exception is on record of ${DATE}.\n`);
});

test("a wrong file loses no night: what is on record stays, and the run says so", async () => {
  writeFileSync(file, GOOD);
  await ingest("2026-11-23");
  writeFileSync(file, GOOD.replace("image }", "images }"));
  const { status, out, err } = await ingest(DATE);
  expect(status).toBe(3);
  expect(JSON.parse(out)).toMatchObject({ status: "complete", fetched: 3, exceptions: { file } });
  expect(err).toContain("[0].what.category: must be one of");
  const net = "SELECT data_date, exceptions FROM portfolio_net_daily ORDER BY data_date";
  expect((await nightledger("query", "--format", "csv", net)).out).toBe(
    `data_date,exceptions\n2026-11-23,1\n${DATE},1\n`,
  );
});

const doctorOn = async () => {
  const { out } = await nightledger("doctor", "--json");
  const { findings } = JSON.parse(out) as { findings: { check: string; status: string; detail: string }[] };
  return findings.filter(({ check }) => check === "exceptions").map(({ status, detail }) => [status, detail]);
};

test("doctor names a wrong file, and what covers nothing", async () => {
  writeFileSync(file, "[]");
  await ingest("2026-11-23");
  expect(await doctorOn()).toEqual([["ok", "0 exceptions, all as they should be."]]);
  writeFileSync(file, GOOD.replace("owner", "targets: { accounts: [nobody] }\n  owner"));
  await ingest(DATE);
  expect(await doctorOn()).toEqual([
    [
      "warning",
      'images cover no target on record. Check the names in their targets; "nightledger exceptions" lists all.',
    ],
  ]);
  writeFileSync(file, "[{}]");
  const [[status, detail] = []] = await doctorOn();
  expect(status).toBe("failed");
  expect(detail).toContain("[0].until: is missing. The last night that it counts on");
});
