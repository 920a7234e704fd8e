import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Ledger, openLedger, openReader } from "@nightledger/store";
import { beforeEach, expect, test } from "vitest";
import { type ExplainReportOrder, type Explanation, explainReport } from "../index.ts";
import { content, writeNight } from "../test-nights.ts";

const REPORTS_DIR = fileURLToPath(new URL("../../../../reports", import.meta.url));

let folder: string;
let ledger: Ledger;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-explain-"));
  ledger = await openLedger(join(folder, "ledger.db"));
  await writeNight(ledger, "2026-11-23", { shop: content(10, 4), bank: content(20, 9), gone: content(1, 1) });
  await writeNight(ledger, "2026-11-24", { shop: content(12.5, 1234), bank: content(20, 9), gone: null });
  return async () => {
    await ledger.close();
    rmSync(folder, { recursive: true });
  };
});

async function explain(id: string, order: Partial<ExplainReportOrder> = {}): Promise<Explanation> {
  const reader = await openReader(join(folder, "ledger.db"));
  try {
    const wanted = { name: "executive-summary", dataDate: undefined, reportsDir: REPORTS_DIR, ...order };
    return await explainReport(reader.db, id, wanted);
  } finally {
    await reader.close();
  }
}

const HASH = expect.stringMatching(/^[0-9a-f]{64}$/);
const nightsOf = ({ evidence }: Explanation) => evidence.map((each) => [each.data_date, each.project_name]);

test("a figure has its question, its row, the meaning of the columns and the answers of all targets", async () => {
  expect(await explain("portfolio.score")).toMatchObject({
    id: "portfolio.score",
    title: "Portfolio",
    column: "score",
    value: 83.8,
    sql: expect.stringContaining("FROM portfolio_daily"),
    parameters: { data_date: "2026-11-24", target_id: null },
    row: { targets: 2, scored_targets: 2, score: 83.8, total_risk_num: 1243 },
    columns: expect.arrayContaining([
      expect.objectContaining({
        column: "targets",
        view: "portfolio_daily",
        meaning: "Targets with an answer.",
      }),
    ]),
    evidence: [
      {
        data_date: "2026-11-24",
        project_name: "bank",
        run_id: 2,
        payload_sha256: HASH,
        risk_list_sha256: HASH,
      },
      { data_date: "2026-11-24", project_name: "shop", fetched_at: "2026-11-24T02:00:00.000Z" },
    ],
  });
});

test("a figure of a target stands on its answer alone", async () => {
  const explanation = await explain("projects.score@1");
  expect(explanation).toMatchObject({ value: 87.5, row: { target_id: 1, project_name: "shop" } });
  expect(nightsOf(explanation)).toEqual([["2026-11-24", "shop"]]);
});

test("a change stands on both nights, what is carried on the night it is from", async () => {
  expect(nightsOf(await explain("projects.score_change@1"))).toEqual([
    ["2026-11-24", "shop"],
    ["2026-11-23", "shop"],
  ]);
  expect(nightsOf(await explain("missing.carried_score@3"))).toEqual([["2026-11-23", "gone"]]);
  expect(nightsOf(await explain("missing.attempts@3"))).toEqual([]);
});

test("a figure of an earlier night stands on that night's answers", async () => {
  const explanation = await explain("nights.score@2026-11-23");
  expect(explanation.value).toBe(89.7);
  expect(nightsOf(explanation).map(([night]) => night)).toEqual(["2026-11-23", "2026-11-23", "2026-11-23"]);
});

test("a number of rows is one, and so are those past the first few", async () => {
  expect(await explain("missing.rows")).toMatchObject({ value: 1, row: null });
  expect(await explain("projects.rows~1")).toMatchObject({
    value: 1,
    title: "Projects, the lowest score first",
  });
});

test("a report about a target asks which, and explains that one's", async () => {
  const order = { name: "project-detail" };
  await expect(explain("target.score", order)).rejects.toThrow("is about one project, and 3 are meant");
  const only = ({ projectName }: { projectName: string }) => projectName === "bank";
  const explanation = await explain("target_categories.deduct_score@alarm", { ...order, only });
  expect(explanation).toMatchObject({ value: 20, parameters: { target_id: 2 } });
  expect(nightsOf(explanation)).toEqual([["2026-11-24", "bank"]]);
});

test.each([
  ["portfolio.scor", "The nearest are: portfolio.score, "],
  ["projects.score@7", "The nearest are: projects.score@1, projects.score@2, "],
  ["portfolo.score", "The nearest are: portfolio.score, "],
  ["' OR 1 = 1 --", 'The report "executive-summary" has no figure "\' OR 1 = 1 --". The nearest are: '],
  ["portfolio.toString", "The nearest are: "],
])("%j is no figure, and the sentence names the nearest", async (id, message) => {
  await expect(explain(id)).rejects.toMatchObject({
    name: "UnknownFigureError",
    message: expect.stringContaining(message),
  });
});
