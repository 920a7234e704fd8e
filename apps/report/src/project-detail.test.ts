import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLedger, openReader, type RiskListContent } from "@nightledger/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderReport } from "./index.ts";
import { pdfText } from "./pdf/pdf-text.ts";
import { content, writeNight } from "./test-nights.ts";

const REPORTS_DIR = fileURLToPath(new URL("../../../reports", import.meta.url));
const HOSTILE = `<script>alert(1)</script>"'&{{t}} مرحبا 🚀 ${"very-long-name-".repeat(20)}`.slice(0, 200);
const SEVERITIES = ["critical", "high", "medium", "low"] as const;
const POLICIES = ["Login Security Check", "Web Shell Detection", "Ransomware Prevention", "Container Escape"];

let folder: string;
/** The pages of each edition, by language and the first letters of its project. */
const editions = new Map<string, string[]>();
const pagesOf = (edition: string): string[] => editions.get(edition) ?? [];

/** All that an answer can be full of. */
function full(alarms: number): RiskListContent {
  const points: Record<string, number> = { alarm: 30, baseline: 20, vulnerability: 12.5, protection: 10 };
  const categories = content(30, alarms).categories.map((each) => ({
    ...each,
    deductScore: points[each.category] ?? 0,
    severities: SEVERITIES.map((severity, at) => ({
      severity,
      severityRaw: severity,
      riskNum: at,
      affectedNum: 1000 + at,
      affectedUnit: each.category === "image" ? ("image" as const) : ("host" as const),
    })),
    policies: POLICIES.map((policyName, at) => ({
      policyId: `${each.category}-${at}`,
      policyName,
      osType: at % 2 === 0 ? "Linux" : "Windows",
      hostNum: 3,
      ruleName: `rule_${at}`,
    })),
  }));
  return { totalRiskNum: alarms, categories };
}

/** An answer in which no number is given. */
function unsaid(): RiskListContent {
  const categories = content(null, 0).categories.map((each) => ({
    ...each,
    totalRiskNum: null,
    deductScore: null,
    severities: [],
    policies: [],
  }));
  return { totalRiskNum: null, categories };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-project-"));
  const ledger = await openLedger(join(folder, "ledger.db"));
  const nights = Array.from({ length: 12 }, (_, at) => `2026-11-${13 + at}`);
  for (const [at, dataDate] of nights.entries()) {
    const isLast = dataDate === "2026-11-24";
    await writeNight(ledger, dataDate, {
      shop: content(at < 6 ? 10 : 12.5, 1200 + at),
      full: full(2000 + at),
      gone: isLast ? null : content(20, 9),
      never: null,
      unsaid: unsaid(),
      [HOSTILE]: isLast || at % 2 === 1 ? full(7) : null,
      ...(isLast ? { young: content(12.5, 7) } : {}),
    });
  }
  await ledger.close();
  const reader = await openReader(join(folder, "ledger.db"));
  for (const locale of ["en", "zh-Hans"]) {
    const only = ({ projectName }: { projectName: string }) => locale === "en" || projectName === "full";
    const order = { name: "project-detail", dataDate: undefined, locale, reportsDir: REPORTS_DIR, only };
    for await (const placed of renderReport(reader.db, { ...order, formats: ["pdf"], outDir: folder })) {
      expect(placed.passed ? [] : placed.findings).toEqual([]);
      if (!placed.passed) continue;
      const stem = placed.manifest.replace(".manifest.json", "");
      const [, project = ""] = /_project-detail_([a-z]+)/.exec(stem) ?? [];
      editions.set(`${locale} ${project}`, pdfText(readFileSync(`${stem}.pdf`)));
    }
  }
  await reader.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

test("each project has an edition that passes the gate, of one to three pages", () => {
  const counts = Object.fromEntries([...editions].map(([edition, pages]) => [edition, pages.length]));
  expect(counts).toEqual({
    "en shop": 3,
    "en full": 3,
    "en gone": 2,
    "en never": 2,
    "en unsaid": 3,
    "en script": 3,
    "en young": 3,
    "zh-Hans full": 3,
  });
});

test("page 1 has score, band, change, what the figures stand on, and the categories", () => {
  const [first = ""] = pagesOf("en shop");
  expect(first).toContain("87.5 of 100 Good ±0 since Nov 23, like for like");
  expect(first).toContain("Answered tonight Every figure here is from tonight's answer.");
  expect(first).toContain("Risks found 1,211 Change +1 Missing of 90 nights 0");
  expect(first).toMatch(/Alarms 12\.5 30 1,211 0/);
});

test("a category at its cap says since when, and what grows there", () => {
  expect(pagesOf("en full").join(" ")).toMatch(/At the cap .* Alarms Nov 13 12 2,011 \+1/);
});

test("the plan names the actions that return most points, as an estimate", () => {
  const text = pagesOf("en shop").join(" ");
  expect(text).toMatch(/What to do first\? Estimate .*Handle the high alarms Alarms 1,211 \+/);
});

test("policies past the first ten are said to be in the workbook", () => {
  const text = pagesOf("en full").join(" ");
  expect(text).toMatch(/Login Security Check rule_0 Alarms Linux 3 Nov 13 12 36/);
  expect(text).toContain("14 more, in the workbook.");
});

test("a project that is missing tonight shows its last good night apart, and no figure as tonight's", () => {
  const [first = ""] = pagesOf("en gone");
  expect(first).toContain("Missing tonight No answer in time, after 4 calls.");
  expect(first).toMatch(/Last good ?night Nov 23 Score then 80 Risks then 9 Missing of 90 ?nights 1/);
  expect(first).toContain("The project did not answer tonight, so there are no figures for it.");
  expect(first).not.toMatch(/of 100 /);
});

test("a project that never answered has a report without a figure", () => {
  const text = pagesOf("en never").join(" ");
  expect(text).toContain("No earlier good night is on record.");
  expect(text).toContain("No data for this night.");
  expect(text).toContain("7 more, in the workbook.");
});

test("numbers that an answer leaves unsaid are dashes", () => {
  const text = pagesOf("en unsaid").join(" ");
  expect(text).toContain("— of 100");
  expect(text).toMatch(/Alarms — 30 — — — —/);
  expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
});

test("one night of history has a score and nothing to compare it with", () => {
  expect(pagesOf("en young")[0]).toContain("87.5 of 100 Good — since Nov 23, like for like");
});

test("a name of 200 characters, of HTML, Arabic and emoji, stays text", () => {
  const [first = ""] = pagesOf("en script");
  expect(first).toContain(`<script>alert(1)</script>"'&{{t}}`);
  expect(first.replace(/\s/g, "").split("very-long-name-").length).toBeGreaterThan(9);
});

test("in Chinese it says the same", () => {
  const text = pagesOf("zh-Hans full").join(" ");
  expect(text.replace(/\s/g, "")).toContain("当夜已应答此处所有数字均来自当夜的应答。");
  expect(text).not.toMatch(/Alarms|Policies|Score/);
});
