import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startSimulator } from "@nightledger/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runHere } from "../test-command.ts";
import { writeSimulatorConfig } from "../write-simulator-config.ts";

const README = readFileSync(fileURLToPath(new URL("../../../../README.md", import.meta.url)), "utf8");
/** The first query that the README shows. */
const [, FIRST_QUERY = ""] = /nightledger query "([^"]+)"/.exec(README) ?? [];
/** The simulated world has a project that closes on the night. */
const [EVENING, NIGHT] = ["2026-10-24", "2026-10-25"];

let folder: string;
const rows = async (...args: string[]) =>
  JSON.parse((await runHere(folder, ["query", "--json", ...args])).out);

interface ReportRow {
  project_name: string;
  score: number | null;
}
let report: Record<string, { rows: (ReportRow & Record<string, unknown>)[] }>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-readme-query-"));
  const simulator = await startSimulator({ accounts: 1, projects: 12, limit: null, date: EVENING });
  try {
    writeSimulatorConfig(simulator, join(folder, "nightledger.yaml"));
    expect(await runHere(folder, ["ingest", "--date", EVENING])).toMatchObject({ status: 0 });
    simulator.setDate(NIGHT);
    simulator.setFaults({ faults: [{ operation: "ListSecurityRisk", project: 2, fault: "permission" }] });
    expect(await runHere(folder, ["ingest", "--date", NIGHT])).toMatchObject({ status: 3 });
  } finally {
    await simulator.close();
  }
  const made = ["report", "--date", NIGHT, "--format", "json", "--out", "out"];
  expect(await runHere(folder, made)).toMatchObject({ status: 0 });
  const name = readdirSync(join(folder, "out")).find((each) => /_e1\.json$/.test(each)) ?? "";
  const { datasets } = JSON.parse(readFileSync(join(folder, "out", name), "utf8"));
  report = Object.fromEntries(datasets.map((dataset: { name: string }) => [dataset.name, dataset]));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("the README's first query shows the report's projects and figures, and none that is gone", async () => {
  const gone = await rows(`SELECT project_name FROM scope_change_daily WHERE change = 'gone'`);
  expect(gone).toHaveLength(1);
  const shown = await rows(FIRST_QUERY.replace(/LIMIT \d+/, ""));
  expect(shown.map(({ project_name }: ReportRow) => project_name)).not.toContain(gone[0].project_name);

  const fresh = shown.filter(({ age_days }: { age_days: number }) => age_days === 0);
  const figures = (all: ReportRow[]) =>
    all
      .map(({ project_name, score }) => ({ project_name, score }))
      .sort((a, b) => (a.project_name < b.project_name ? -1 : 1));
  expect(figures(fresh)).toEqual(figures(report.projects?.rows ?? []));
  const carried = (report.missing?.rows ?? []).map((row) => ({
    account: row.account,
    project_name: row.project_name,
    score: row.carried_score,
    age_days: 1,
  }));
  expect(carried).toHaveLength(1);
  expect(shown.filter(({ age_days }: { age_days: number }) => age_days > 0)).toEqual(carried);
});

test("its scores add up to the portfolio's of the report, the lowest first and the unknown last", async () => {
  const sums = `SELECT COUNT(*) AS targets, ROUND(AVG(score), 1) AS score FROM (${FIRST_QUERY.replace(/LIMIT \d+/, "")}) AS shown WHERE age_days = 0`;
  const [portfolio] = await rows(`SELECT targets, score FROM portfolio_daily WHERE data_date = '${NIGHT}'`);
  const [summed] = await rows(sums);
  expect(summed).toEqual(portfolio);
  expect(report.portfolio?.rows[0]).toMatchObject(portfolio);
  const scores = (await rows(FIRST_QUERY)).map(({ score }: ReportRow) => score ?? Number.POSITIVE_INFINITY);
  expect(scores).toEqual([...scores].sort((a: number, b: number) => a - b));
});

test("the saved queries of the lowest scores and of what was not seen lately show the same", async () => {
  const worst = await rows("--saved", "lowest-scores");
  const scored = (report.projects?.rows ?? []).filter(({ score }) => score !== null);
  expect(worst.map(({ project_name, score }: ReportRow) => [project_name, score])).toEqual(
    scored.map(({ project_name, score }) => [project_name, score]),
  );
  const stale = await rows("--saved", "stale");
  expect(stale.map(({ project_name }: ReportRow) => project_name)).toEqual(
    report.missing?.rows.map(({ project_name }) => project_name),
  );
});
