import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Ledger, openLedger, openReader, type RiskListContent } from "@nightledger/store";
import readXlsx from "read-excel-file/node";
import { beforeEach, expect, test } from "vitest";
import { type PlacedEdition, type ReportOrder, readManifest, rebuildReport, renderReport } from "../index.ts";
import { content, writeNight } from "../test-nights.ts";

const REPORTS_DIR = fileURLToPath(new URL("../../../../reports", import.meta.url));
const DATE = "2026-11-24";
const HOSTILE = `=1+1 <b>"'&{{t}} 生产`;

let folder: string;
let out: string;
let ledger: Ledger;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-editions-"));
  out = join(folder, "out");
  ledger = await openLedger(join(folder, "ledger.db"));
  return async () => {
    await ledger.close();
    rmSync(folder, { recursive: true });
  };
});

const night = (dataDate: string, answers: Record<string, RiskListContent | null>) =>
  writeNight(ledger, dataDate, answers);

const twoNights = async () => {
  await night("2026-11-23", { shop: content(10, 4), bank: content(20, 9) });
  await night(DATE, { shop: content(12.5, 1234), bank: content(20, 9), gone: null });
};

async function render(order: Partial<ReportOrder> = {}): Promise<PlacedEdition[]> {
  const reader = await openReader(join(folder, "ledger.db"));
  try {
    const placed: PlacedEdition[] = [];
    const wanted = {
      name: "executive-summary",
      dataDate: undefined,
      locale: "en",
      formats: ["html", "json"] as const,
      outDir: out,
      reportsDir: REPORTS_DIR,
      ...order,
    };
    for await (const each of renderReport(reader.db, wanted)) {
      expect(each.passed ? [] : each.findings).toEqual([]);
      if (each.passed) placed.push(each);
    }
    return placed;
  } finally {
    await reader.close();
  }
}

async function rebuild(manifest: string, order: { reportsDir?: string; force?: boolean } = {}) {
  const reader = await openReader(join(folder, "ledger.db"));
  try {
    const outDir = join(folder, "rebuilt");
    const rebuilt = await rebuildReport(reader.db, { manifest, outDir, reportsDir: REPORTS_DIR, ...order });
    if (!rebuilt.passed) throw new Error(readFileSync(rebuilt.reasons, "utf8"));
    return rebuilt;
  } finally {
    await reader.close();
  }
}

/** A folder of reports with one more, `tiny`, that is about a target. */
function withTinyReport(): string {
  const reportsDir = join(folder, "reports");
  cpSync(REPORTS_DIR, reportsDir, { recursive: true });
  mkdirSync(join(reportsDir, "tiny", "templates"), { recursive: true });
  writeFileSync(join(reportsDir, "tiny", "report.yaml"), "extends: project-detail\nsections: [tiny]\n");
  writeFileSync(
    join(reportsDir, "tiny", "templates", "tiny.hbs"),
    "<h1>{{target.project_name}}</h1>{{points target.score}}",
  );
  return reportsDir;
}

const read = (name: string): string => readFileSync(join(out, name), "utf8");
const STEM = "2026-11-24_executive-summary_all_en_e1";

test("each format is a file whose name sorts, and the manifest tells their hashes", async () => {
  await twoNights();
  const [placed] = await render({ formats: ["html", "xlsx", "json", "mail"] });
  const ends = [".html", ".json", ".mail.html", ".mail.subject.txt", ".mail.txt", ".manifest.json", ".xlsx"];
  expect(readdirSync(out).sort()).toEqual(ends.map((end) => `${STEM}${end}`));
  expect(placed).toMatchObject({ isNew: true, manifest: join(out, `${STEM}.manifest.json`) });
  expect(readManifest(placed?.manifest ?? "")).toMatchObject({
    schemaVersion: 1,
    report: "executive-summary",
    title: "Security risk summary, November 24, 2026",
    dataDate: DATE,
    subject: { audience: null, target: null },
    locale: "en",
    edition: 1,
    runs: [2],
    theme: null,
    fonts: expect.arrayContaining([
      { family: "Inter", style: "normal", weight: "400", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]),
    versions: { node: process.versions.node, chromium: null },
    files: [
      { format: "html", name: `${STEM}.html`, sha256: placed?.told.documentHash },
      { format: "json" },
      { format: "mail" },
      { format: "mail" },
      { format: "mail" },
      { format: "xlsx" },
    ],
  });
});

test("the same again is the same edition, byte for byte; formats made before stay in the manifest", async () => {
  await twoNights();
  const [first] = await render();
  const before = [read(`${STEM}.html`), read(`${STEM}.json`)];
  const [again] = await render({ formats: ["html", "json", "xlsx"] });
  expect(again).toMatchObject({ isNew: false, told: { edition: 1, createdAt: first?.told.createdAt } });
  expect([read(`${STEM}.html`), read(`${STEM}.json`)]).toEqual(before);
  const [html] = await render({ formats: ["html"] });
  expect(html?.told.files.map(({ format }) => format)).toEqual(["html", "json", "xlsx"]);
});

test("a file of an edition that was altered is none of it any more", async () => {
  await twoNights();
  await render();
  writeFileSync(join(out, `${STEM}.json`), "{}");
  const [again] = await render({ formats: ["html"] });
  expect(again?.told.files.map(({ format }) => format)).toEqual(["html"]);
});

test("a corrected night is the next edition, and the first stays", async () => {
  await twoNights();
  await render();
  const before = read(`${STEM}.html`);
  await night(DATE, { shop: content(12.5, 1234), bank: content(20, 9), gone: content(5, 1) });
  const [second] = await render({ formats: ["html", "mail"] });
  expect(second).toMatchObject({ isNew: true, told: { edition: 2, runs: [2, 3] } });
  expect(read(`${STEM}.html`)).toBe(before);
  const mail = read("2026-11-24_executive-summary_all_en_e2.mail.txt");
  expect(mail).toContain("Edition 2, a correction");
});

test("an edition without a manifest is none", async () => {
  await twoNights();
  const [first] = await render();
  rmSync(first?.manifest ?? "");
  expect((await render())[0]).toMatchObject({ isNew: true, told: { edition: 1 } });
});

test("an edition whose manifest cannot be read keeps its number", async () => {
  await twoNights();
  const [first] = await render();
  writeFileSync(first?.manifest ?? "", "{");
  expect((await render())[0]?.told.edition).toBe(2);
});

test("a report about a target is one for each of them that is wanted", async () => {
  await night(DATE, { [HOSTILE]: content(12.5, 5), bank: content(20, 9) });
  const tiny = { name: "tiny", reportsDir: withTinyReport() };
  const all = await render({ ...tiny, formats: ["json", "mail"] });
  expect(all.map(({ told }) => told.subject.target?.projectName)).toEqual([HOSTILE, "bank"]);
  expect(readdirSync(out).every((name) => /^2026-11-24_tiny_[a-z0-9-]+_en_e1\.[a-z.]+$/.test(name))).toBe(
    true,
  );
  const only = ({ projectName }: { projectName: string }) => projectName === "bank";
  expect(await render({ ...tiny, only })).toMatchObject([
    { isNew: false, told: { subject: { target: { projectName: "bank" } } } },
  ]);
  await expect(render({ ...tiny, only: () => false })).rejects.toThrow(
    "No project of the night of 2026-11-24 is wanted.",
  );
});

test("the workbook has every table behind the figures, all rows, and says what they are", async () => {
  await night("2026-11-23", { [HOSTILE]: content(10, 4) });
  await night(DATE, { [HOSTILE]: content(12.5, 5), bank: content(20, 9) });
  await render({ formats: ["xlsx", "json"] });
  const json = JSON.parse(read(`${STEM}.json`));
  const sheets = await readXlsx(join(out, `${STEM}.xlsx`), { trim: false });
  const named = [...json.datasets, ...json.workbook].map(({ name }) => name);
  expect(sheets.map(({ sheet }) => sheet)).toEqual(["About", "Figures", "Columns", ...named]);
  const [about, figures, columns] = sheets;
  expect(about?.data).toEqual(
    expect.arrayContaining([
      ["Report", "executive-summary", null, null],
      ["Edition", 1, null, null],
      ["Data, SHA-256", json.dataHash, null, null],
      [":data_date", DATE, null, null],
      ["portfolio", "Portfolio", 1, expect.stringContaining("FROM portfolio_daily")],
    ]),
  );
  expect(figures?.data).toContainEqual(["portfolio.score", "83.8", 83.8]);
  expect(columns?.data).toContainEqual([
    "portfolio",
    "scored_targets",
    "portfolio_daily",
    "Targets among them whose score is known: what the mean stands on.",
    "targets",
    null,
  ]);
  const projects = sheets.find(({ sheet }) => sheet === "projects");
  const byName = projects?.data.map((row) =>
    Object.fromEntries(row.map((cell, i) => [projects.data[0]?.[i], cell])),
  );
  expect(byName?.slice(1)).toMatchObject([
    { project_name: "bank", score: 80, previous_date: new Date("2026-11-23") },
    { project_name: HOSTILE, score: 87.5, score_change: -2.5, previous_date: new Date("2026-11-23") },
  ]);
});

test("JSON has what it is, every figure printed and every row", async () => {
  await night(DATE, { bank: content(20, 9) });
  await render({ formats: ["json"] });
  const json = JSON.parse(read(`${STEM}.json`));
  expect(json).toMatchObject({
    schemaVersion: 1,
    report: "executive-summary",
    dataDate: DATE,
    locale: "en",
    subject: { audience: null, target: null },
    edition: 1,
    parameters: { data_date: DATE, first_night: "2026-08-27", target_id: null },
    figures: expect.arrayContaining([
      { id: "portfolio.score", kind: "points", text: "80", value: 80 },
      { id: "coverage.expected", kind: "number", text: "1", value: 1 },
    ]),
  });
  expect(json.datasets.find(({ name }: { name: string }) => name === "portfolio")).toMatchObject({
    title: "Portfolio",
    one: true,
    columns: expect.arrayContaining([
      {
        column: "score",
        view: "portfolio_daily",
        meaning: "The mean score of the scored targets, to one decimal.",
        unit: "points, 0–100",
        source: null,
      },
    ]),
    rows: [{ data_date: DATE, targets: 1, scored_targets: 1, score: 80, deducted: 20, total_risk_num: 9 }],
  });
  expect(json.workbook.map(({ name }: { name: string }) => name)).toContain("severities");
});

test("a mail's body is short: tables and inline styles, and a text without markup", async () => {
  await twoNights();
  await render({ formats: ["mail"], audience: { name: "board", title: `<i>Board</i> & "co"` } });
  const stem = "2026-11-24_executive-summary_board_en_e1";
  const html = read(`${stem}.mail.html`);
  expect(read(`${stem}.mail.subject.txt`)).toBe(
    'Security risk summary · <i>Board</i> & "co", November 24, 2026: score 83.8 (−1.3), 1 of 3 projects missing\n',
  );
  expect(html).not.toMatch(/<img|<script|<link|data-figure|url\(|https?:/);
  expect(html).toContain("&lt;i&gt;Board&lt;/i&gt; &amp; &quot;co&quot;");
  expect(read(`${stem}.mail.txt`)).toBe(`Security risk summary · <i>Board</i> & "co"
Night of November 24, 2026

Portfolio score: 83.8 of 100
−1.3 since Nov 23, like for like
Coverage: Partial · 2 of 3 expected projects answered tonight.

The 2 projects present on both nights moved by −1.3 points and +1,230 risks since Nov 23.
2 projects together have 1,243 risks.
1 project is missing tonight; 0 of them with an earlier good night on record.

Made by nightledger from the answers of Huawei Cloud Host Security Service. What is not known is shown as a dash, never as a zero.
`);
});

test("a mail speaks Chinese", async () => {
  await twoNights();
  await render({ formats: ["mail"], locale: "zh-Hans" });
  const text = read("2026-11-24_executive-summary_all_zh-Hans_e1.mail.txt");
  expect(text).toContain("整体得分: 83.8 分（满分 100）");
  expect(text).toContain("当夜缺失 1 个项目；其中 0 个有更早的有效之夜。");
});

test("a mail says what was printed of a project, whatever it is called", async () => {
  await night(DATE, { [HOSTILE]: content(12.5, 5) });
  const [placed] = await render({ name: "tiny", reportsDir: withTinyReport(), formats: ["mail"] });
  const text = readFileSync(placed?.manifest.replace(".manifest.json", ".mail.txt") ?? "", "utf8");
  expect(text).toContain(
    `${HOSTILE} · acme · ap-southeast-3\nAnswered tonight\n\nScore: 87.5 of 100\nRisks found: 5`,
  );
});

test("a rebuilt report is the same, from the ledger", async () => {
  await twoNights();
  const [placed] = await render({ formats: ["html", "xlsx", "json", "mail"] });
  const rebuilt = await rebuild(placed?.manifest ?? "");
  expect(rebuilt).toMatchObject({
    from: "ledger",
    manifest: join(folder, "rebuilt", `${STEM}.manifest.json`),
  });
  expect(rebuilt.files.map(({ format, isIdentical }) => [format, isIdentical])).toEqual([
    ["html", true],
    ["json", true],
    ["mail", true],
    ["mail", true],
    ["mail", true],
    ["xlsx", true],
  ]);
  expect(readManifest(rebuilt.manifest)).toEqual(placed?.told);
});

test("a rebuilt PDF is the same, byte for byte", async () => {
  await twoNights();
  const [placed] = await render({ formats: ["pdf"] });
  const rebuilt = await rebuild(placed?.manifest ?? "");
  expect(rebuilt.files).toMatchObject([{ format: "pdf", isIdentical: true }]);
  expect(placed?.told.versions.chromium).toMatch(/Chrome\/\d/);
});

test("a rebuilt report is the same after the ledger was corrected, from its JSON", async () => {
  await twoNights();
  const [placed] = await render({ formats: ["html", "xlsx", "json"] });
  await night(DATE, { shop: content(12.5, 1234), bank: content(20, 9), gone: content(5, 1) });
  const rebuilt = await rebuild(placed?.manifest ?? "");
  expect(rebuilt.from).toBe("json");
  expect(rebuilt.files.map(({ isIdentical }) => isIdentical)).toEqual([true, true, true]);

  writeFileSync(join(out, `${STEM}.json`), read(`${STEM}.json`).replace("1234", "1235"));
  await expect(rebuild(placed?.manifest ?? "")).rejects.toThrow(`its file ${STEM}.json has been altered`);
});

test("a report whose data is nowhere any more is not rebuilt, and the sentence says what to do", async () => {
  await twoNights();
  const [placed] = await render({ formats: ["html"] });
  await night(DATE, { shop: content(12.5, 1234), bank: content(20, 9), gone: content(5, 1) });
  await expect(rebuild(placed?.manifest ?? "")).rejects.toMatchObject({
    name: "DataDiffersError",
    message: expect.stringMatching(
      new RegExp(
        `made of data of hash ${placed?.told.dataHash}.*there is no JSON edition beside the manifest.*backup`,
      ),
    ),
  });
});

test("a report whose templates differ is not rebuilt unless forced, and then shows what differs", async () => {
  await twoNights();
  const [placed] = await render({ formats: ["html", "json"] });
  const reportsDir = withTinyReport();
  const words = join(reportsDir, "base", "locales", "en.yaml");
  writeFileSync(words, readFileSync(words, "utf8").replace("Portfolio score\n", "The score\n"));
  const manifest = placed?.manifest ?? "";
  await expect(rebuild(manifest, { reportsDir })).rejects.toMatchObject({
    name: "TemplatesDifferError",
    message: expect.stringContaining(`made from templates of hash ${placed?.told.templateHash}`),
  });
  const rebuilt = await rebuild(manifest, { reportsDir, force: true });
  expect(rebuilt.files.map(({ format, isIdentical }) => [format, isIdentical])).toEqual([
    ["html", false],
    ["json", false],
  ]);
});

test("what is no manifest is told", async () => {
  const file = join(folder, "x.manifest.json");
  await expect(rebuild(file)).rejects.toThrow(`${file} is no manifest that can be used: ENOENT`);
  writeFileSync(file, '{"schemaVersion": 2}');
  await expect(rebuild(file)).rejects.toThrow(/no manifest that can be used: .*schemaVersion/s);
});
