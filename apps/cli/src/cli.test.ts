import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { runHere, startCommand } from "./test-command.ts";
import { writeSimulatorConfig } from "./write-simulator-config.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const DATE = "2026-11-24";

let folder: string;
let config: string;
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ accounts: 1, projects: 3, limit: null });
});

afterAll(async () => {
  await simulator.close();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-cli-"));
  config = join(folder, "nightledger.yaml");
  writeSimulatorConfig(simulator, config);
  return () => rmSync(folder, { recursive: true });
});

const nightledger = (...args: string[]) => runHere(folder, args);

/** As a user does, with a process of its own. */
const fromOutside = (...args: string[]) => startCommand(folder, args).ended;

const ingestTonight = () => nightledger("ingest", "--date", DATE, "--json");

test("ingest --json prints one document, and query answers from it", async () => {
  const ingested = await fromOutside("ingest", "--date", DATE, "--json");
  expect(ingested.status).toBe(0);
  expect(JSON.parse(ingested.out)).toMatchObject({ status: "complete", expected: 3, fetched: 3, missing: 0 });

  const id = simulator.world.projects[0]?.id;
  const figures = await fromOutside(
    "query",
    "--format",
    "csv",
    `SELECT r.total_risk_num, r.deducted, r.score, a.unattributed_num, v.risk_num, v.affected_num, n.value
       FROM risk_daily r
       JOIN category_daily a ON a.target_id = r.target_id AND a.category = 'alarm'
       JOIN severity_daily v ON v.target_id = r.target_id AND v.category = 'vulnerability' AND v.severity = 'high'
       JOIN counter_daily n ON n.target_id = r.target_id AND n.counter = 'un_scanned_image_num'
      WHERE r.project_id = '${id}'`,
  );
  expect(figures).toEqual({
    status: 0,
    out: "total_risk_num,deducted,score,unattributed_num,risk_num,affected_num,value\n10663,90,10,4,500,34,5\n",
    err: "",
  });
});

test("the simulator's units are on record, and its audiences are of them", async () => {
  await ingestTonight();
  const units = "SELECT unit, expected, fresh FROM unit_daily ORDER BY unit";
  expect((await nightledger("query", "--format", "csv", units)).out).toBe(
    "unit,expected,fresh\nPayments,1,1\nRetail,2,2\n",
  );
  expect(readConfig(config, {}).audiences).toEqual({
    payments: { units: ["Payments"], locale: "en", title: "Payments" },
    retail: { units: ["Retail"], locale: "zh-Hans", title: "零售" },
  });
});

test("dictionary says what a column means, as a table, JSON or the page of the docs", async () => {
  const json = await nightledger("dictionary", "coverage_daily", "--json");
  expect(JSON.parse(json.out)).toMatchObject([
    {
      view: "coverage_daily",
      key: ["data_date"],
      joins: { view: "night_daily", on: ["data_date"] },
      columns: [
        { column: "data_date", unit: "YYYY-MM-DD", source: null },
        {
          column: "expected",
          meaning:
            "Targets that should have answered; an account that could not be discovered yet counts as one (coverage_account_daily).",
          unit: "targets",
        },
        { column: "fresh" },
        { column: "carried" },
        { column: "missing" },
      ],
    },
  ]);
  const table = await nightledger("dictionary", "coverage_daily");
  expect(table.out).toMatch(/expected +Targets that should have answered; .* +targets/);
  const page = await nightledger("dictionary", "--format", "markdown");
  expect(page.out).toBe(readFileSync(new URL("../../../docs/data-dictionary.md", import.meta.url), "utf8"));
  expect(await nightledger("dictionary", "no_such_view")).toMatchObject({ status: 2, out: "" });
});

test("runs lists what took place, and runs show names what is missing and why", async () => {
  writeFileSync(join(folder, "secrets", `${simulator.world.accounts[0]?.name}.sk`), "wrong");
  expect((await ingestTonight()).status).toBe(4);
  const list = JSON.parse((await nightledger("runs", "--json")).out);
  expect(list).toMatchObject([{ run_id: 1, data_date: DATE, status: "failed" }]);
  expect(list[0].problem).toContain("is refused");
  expect((await nightledger("runs", "show", "9")).status).toBe(2);
  expect((await nightledger("runs", "show", "1")).out).toContain("is refused");
});

test.each([
  [["nonsense"], 'There is no verb "nonsense"'],
  [["ingest", "--nonsense"], "Unknown option '--nonsense'"],
  [["ingest", "--date", "2026-02-30"], '"2026-02-30" is no date'],
  [["ingest", "--config", "nowhere.yaml"], "There is no configuration at"],
  [["query", "SELECT 1"], "There is no ledger at"],
  [["report"], "There is no ledger at"],
  [["query"], "Give one query in quotes"],
  [["simulator", "--port", "many"], "--port takes a whole number"],
])("nightledger %j is told off in one sentence", async (args, sentence) => {
  const refused = await nightledger(...args);
  expect(refused.status).toBe(2);
  expect(refused.out).toBe("");
  expect(refused.err).toContain(sentence);
  expect(refused.err.trim().split("\n")).toHaveLength(1);
  expect(existsSync(join(folder, "nightledger.db"))).toBe(false);
});

test("another day than today is refused, since the cloud has no past", async () => {
  writeFileSync(config, readFileSync(config, "utf8").replace("allowAnyDate: true", "allowAnyDate: false"));
  const refused = await nightledger("ingest", "--date", "2020-01-01");
  expect(refused.status).toBe(2);
  expect(refused.err).toContain("The cloud answers for today alone");
});

test("a secret never shows, whatever goes wrong", async () => {
  writeFileSync(join(folder, "secrets", `${simulator.world.accounts[0]?.name}.sk`), "canary-secret-key");
  for (const args of [
    ["ingest", "--date", DATE, "--trace"],
    ["ingest", "--date", DATE, "--json"],
    ["runs", "--json"],
  ]) {
    const { out, err } = await nightledger(...args);
    expect(out + err).not.toContain("canary");
  }
  expect(readFileSync(join(folder, "nightledger.db")).includes("canary")).toBe(false);
});

test("--help of every verb tells its options", async () => {
  const help = await nightledger("--help");
  expect(help.status).toBe(0);
  for (const verb of ["ingest", "report", "query", "runs", "simulator", "demo"]) {
    expect(help.out).toContain(`  ${verb} `);
    expect((await nightledger(verb, "--help")).out).toContain("--help");
  }
});

test("the simulator prints where it is and stops on a signal", async () => {
  const child = spawn(process.execPath, [MAIN, "simulator", "--projects", "2"], { cwd: folder });
  const [line] = (await child.stdout.take(1).toArray()) as Buffer[];
  const { url } = JSON.parse(String(line)) as { url: string };
  expect((await fetch(new URL("/_simulator/world", url))).status).toBe(200);
  child.kill("SIGTERM");
  expect(await new Promise((resolve) => child.on("exit", resolve))).toBe(0);
});
