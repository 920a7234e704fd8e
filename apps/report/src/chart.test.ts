import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { type ChartData, type ChartOrder, type ChartRow, drawChart } from "./chart.ts";
import { type SourceFile, sourceFile } from "./definition/source-file.ts";
import { readPalette } from "./palette.ts";

const BASE = fileURLToPath(new URL("../../../reports/base", import.meta.url));
const WORDS = { expected: "Expected", fresh: "Fresh", atCap: "At its cap" };
const CHARTS = {
  "score-trend": "score",
  waterfall: "to_score",
  "points-by-category": "deduct_score",
  severities: "risk_num",
  coverage: "expected",
  sparkline: "value",
  units: "score",
  pressure: "total_risk_num",
  "points-trend": "deduct_score",
  "risks-trend": "total_risk_num",
} as const;
const PALETTE = readPalette([sourceFile(BASE, "styles", "type.css")]);
const NAMES = Object.keys(CHARTS) as (keyof typeof CHARTS)[];

const fileOf = (name: string) =>
  sourceFile(BASE, "charts", `${name}${name === "sparkline" ? "" : ".vl"}.json`);

const order = (name: string, more: Partial<ChartOrder> = {}): ChartOrder => ({
  file: fileOf(name),
  themes: [sourceFile(BASE, "charts", "theme.json")],
  palette: PALETTE,
  locale: "en",
  id: "chart-0",
  noData: "no data",
  words: WORDS,
  ...more,
});

const DAY_MS = 86_400_000;
const dayOf = (night: number) => new Date(Date.UTC(2026, 10, 24) - night * DAY_MS).toISOString().slice(0, 10);

/** One row that any of the charts can draw, with the same value everywhere. */
const row = (night: number, value: number | null): ChartRow => ({
  data_date: dayOf(night),
  label: `L${night % 6}`,
  kind: "change",
  severity: "high",
  from_score: value,
  to_score: value,
  score: value,
  deduct_score: value,
  risk_num: value,
  expected: value,
  fresh: value,
  value,
  total_risk_num: value,
  cap: 30,
  cap_text: "/ 30",
  to_score_text: "v",
  change_text: "+v",
  score_text: "s",
  score_change_text: "±0",
  deduct_score_text: "d",
  risk_num_text: "r",
  total_risk_num_text: "t",
  note: "n",
  saturated: night % 2 === 0,
});

const nights = (count: number, value: (night: number) => number | null): ChartData => ({
  rows: Array.from({ length: count }, (_, at) => row(count - 1 - at, value(count - 1 - at))),
});

const isBarChart = (name: string) => /waterfall|points-by|severities|units/.test(name);
const CASES: Record<string, ChartData> = {
  "one row": nights(1, () => 12),
  "equal values": nights(6, () => 12),
  zeros: nights(6, () => 0),
  gaps: nights(6, (night) => (night % 2 === 0 ? null : night)),
  "no number": nights(6, (night) => (night === 0 ? 5 : Number.NaN)),
};

test.each(NAMES)("%s has no NaN in it, whatever its rows", (name) => {
  for (const [title, data] of Object.entries(CASES)) {
    expect(drawChart(order(name), data), title).not.toMatch(/NaN|undefined|null|Infinity/);
  }
});

test.each(NAMES)("%s without a value says so in the reader's words", (name) => {
  for (const data of [{ rows: [] }, nights(6, () => null)]) {
    const svg = drawChart(order(name, { noData: "无数据 <b>" }), data);
    expect(svg.match(/<text[^>]*>([^<]*)</)?.[1]).toBe("无数据 &#60;b&#62;");
    expect(svg.match(/<(path|line)/)).toBeNull();
  }
});

test.each(NAMES)("%s is the same bytes whatever was drawn before", (name) => {
  const file = readFileSync(fileOf(name).path, "utf8");
  const folder = mkdtempSync(join(tmpdir(), "nightledger-chart-"));
  try {
    const fresh = Object.values(CASES).map((data, number) => {
      const copy = sourceFile(folder, `${number}.vl.json`);
      writeFileSync(copy.path, file);
      return drawChart(order(name, { file: copy }), data);
    });
    const again = Object.values(CASES).toReversed();
    expect(again.map((data) => drawChart(order(name), data)).toReversed()).toEqual(fresh);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Texts of the x axis with their places, from left to right. */
const labels = (svg: string): { text: string; x: number; anchor: string }[] =>
  [...svg.matchAll(/<text text-anchor="(\w+)" transform="translate\(([\d.-]+),[\d.-]+\)"[^>]*>([^<]*)</g)]
    .map(([, anchor = "", x = "", text = ""]) => ({ text, x: Number(x), anchor }))
    .filter(({ text }) => /[A-Z][a-z]{2} \d|月/.test(text));

test.each([1, 2, 9, 90, 365, 730])("the dates under %i nights are apart", (count) => {
  for (const name of NAMES.filter((each) => !isBarChart(each) && each !== "sparkline")) {
    const dates = labels(
      drawChart(
        order(name),
        nights(count, (night) => 40 + (night % 7)),
      ),
    );
    expect(dates.length).toBeGreaterThan(0);
    const edges = dates.map(({ text, x, anchor }) => {
      const width = text.length * 6;
      const left = anchor === "start" ? x : anchor === "end" ? x - width : x - width / 2;
      return [left, left + width] as const;
    });
    for (const [at, [left]] of edges.entries()) {
      if (at > 0) expect(left).toBeGreaterThan(edges[at - 1]?.[1] ?? 0);
    }
    expect(new Set(dates.map(({ text }) => text)).size).toBe(dates.length);
  }
});

test("dates and numbers on the axes are the reader's", () => {
  const data = nights(5, (night) => 12_000 + night);
  const texts = (locale: string) =>
    [...drawChart(order("risks-trend", { locale }), data).matchAll(/>([^<>]+)</g)].map(([, text]) => text);
  expect(texts("en")).toEqual(expect.arrayContaining(["Nov 20", "10,000"]));
  expect(texts("zh-Hans")).toEqual(expect.arrayContaining(["11月20日", "10,000"]));
  expect(texts("de")).toEqual(expect.arrayContaining(["20. Nov.", "10.000"]));
});

test("long histories are labelled with months and years", () => {
  const data = nights(730, () => 50);
  const first = (locale: string) => labels(drawChart(order("score-trend", { locale }), data))[0]?.text;
  expect(first("en")).toBe("Jan 2025");
  expect(first("zh-Hans")).toBe("2025年1月");
});

const lineOf = (svg: string) =>
  /<path d="(M[^"]*)" stroke="#1d4e89" stroke-width="1.75"/.exec(svg)?.[1] ?? "";

test("a night without a value breaks the line, and one between two such nights is a dot", () => {
  const gap = nights(9, (night) => (night === 2 || night === 4 ? null : 70));
  const svg = drawChart(order("score-trend"), gap);
  expect(lineOf(svg).match(/M/g)).toHaveLength(3);
  expect(svg.match(/A1\.73,1\.73/g)).toHaveLength(2);
  expect(
    lineOf(
      drawChart(
        order("score-trend"),
        nights(9, () => 70),
      ),
    ).match(/M/g),
  ).toHaveLength(1);
});

test("a sparkline breaks where a night has no value, and ends in a dot where the last one has", () => {
  const values = [4, null, 0, 20, 10];
  const rows = values.map((value, at) => ({ data_date: dayOf(4 - at), value, cap: 20 }));
  const svg = drawChart(order("sparkline"), { rows });
  expect(svg).toContain('d="M3,17.4h0M49,21h0L72,3L95,12"');
  expect(svg).toContain('<circle cx="95" cy="12"');
  expect(drawChart(order("sparkline"), { rows: [...rows, row(-1, null)] })).not.toContain("<circle");
});

test("a printed figure carries its identity, in the order of the rows", () => {
  const rows = ["a&b", "c"].map((figure, at) => ({
    ...row(at, 10),
    deduct_score_text: `${at}.5`,
    deduct_score_figure: figure,
  }));
  const svg = drawChart(order("points-by-category"), { rows });
  expect(
    [...svg.matchAll(/<text data-figure="([^"]*)"[^>]*>([^<]*)</g)].map(([, id, text]) => [id, text]),
  ).toEqual([
    ["a&amp;b", "0.5"],
    ["c", "1.5"],
  ]);
});

test("names stay text in a chart", () => {
  const rows = [{ ...row(0, 10), label: `</text><script>alert("1")</script>` }];
  const svg = drawChart(order("points-by-category"), { rows });
  expect(svg).not.toContain("<script");
  expect(svg).toContain("&lt;/text&gt;&lt;script");
});

test("a chart speaks no word of its own: its caller has the alternative text", () => {
  for (const name of NAMES) {
    expect(
      drawChart(
        order(name),
        nights(6, () => 12),
      ),
    ).not.toMatch(/aria-|role=|<title|<desc/);
  }
});

test("events are numbered above the line, and those of neighbouring nights stand above each other", () => {
  const events = [30, 12, 11].map((night, at) => ({ data_date: dayOf(night), number: String(at + 1) }));
  const svg = drawChart(order("score-trend"), { ...nights(90, () => 70), events });
  const markers = [...svg.matchAll(/translate\(([\d.]+),(-?[\d.]+)\)" [^>]*font-size="8\.5px"[^>]*>(\d)</g)];
  expect(markers.map(([, , , number]) => number)).toEqual(["1", "2", "3"]);
  expect(new Set(markers.slice(1).map(([, , y]) => y)).size).toBe(2);
  expect(
    drawChart(
      order("score-trend"),
      nights(90, () => 70),
    ),
  ).not.toContain('font-size="8.5px"');
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-chart-"));
  return () => rmSync(folder, { recursive: true });
});

function specFile(name: string, spec: object): SourceFile {
  const file = sourceFile(folder, name);
  writeFileSync(file.path, JSON.stringify(spec));
  return file;
}

const CLIPPED = {
  data: { name: "rows" },
  width: 90,
  height: 40,
  mark: { type: "point", clip: true },
  encoding: { x: { field: "x", type: "quantitative" }, color: { field: "x", type: "nominal", legend: null } },
};

test("ids in a chart are its own, whatever was drawn before", () => {
  const file = specFile("clipped.vl.json", CLIPPED);
  const draw = (id: string) => drawChart(order("", { file, id }), { rows: [{ x: 1 }, { x: 2 }] });
  const first = draw("chart-1");
  expect(first).toContain('<clipPath id="chart-1-0">');
  expect(first).toContain("url(#chart-1-0)");
  expect(draw("chart-2").replaceAll("chart-2", "chart-1")).toBe(first);
});

test("a later theme goes over an earlier one, setting by setting", () => {
  const spec = { ...CLIPPED, mark: "point", encoding: { x: { field: "x", type: "quantitative" } } };
  const file = specFile("themed.vl.json", spec);
  const themes = [
    specFile("a.json", { point: { color: "#111111", filled: true, opacity: 1 } }),
    specFile("b.json", { point: { color: "#222222" } }),
  ];
  const svg = drawChart(order("", { file, themes }), { rows: [{ x: 1 }] });
  expect(svg).toContain('fill="#222222"');
});

test("a spec that has changed is read again", () => {
  const rows = [{ x: 1 }];
  const file = specFile("edited.vl.json", { ...CLIPPED, width: 90 });
  expect(drawChart(order("", { file }), { rows })).toContain('width="146"');
  specFile("edited.vl.json", { ...CLIPPED, width: 1000 });
  expect(drawChart(order("", { file }), { rows })).toContain('width="1056"');
});

test.each([
  ["is not there", undefined, "no chart"],
  ["has no size", { ...CLIPPED, width: "container" }, '"width" must be a number'],
  ["sizes itself", { ...CLIPPED, autosize: "fit" }, '"autosize" must be "none"'],
  ["asks for what Vega-Lite has not", { ...CLIPPED, mark: "sparkle" }, "cannot be drawn"],
  ["would draw something else", { ...CLIPPED, encoding: { x: { expr: "1" } } }, 'Dropping {"expr":"1"}'],
])("a spec that %s is refused with its file", (_, spec, why) => {
  const file = spec === undefined ? sourceFile(folder, "none.vl.json") : specFile("wrong.vl.json", spec);
  const draw = () => drawChart(order("", { file }), { rows: [{ x: 1 }] });
  expect(draw).toThrow(file.path);
  expect(draw).toThrow(why);
});

test("words that a spec asks for and are not given are named", () => {
  const draw = () =>
    drawChart(
      order("coverage", { words: { fresh: "Fresh" } }),
      nights(3, () => 4),
    );
  expect(draw).toThrow(/coverage\.vl\.json: asks for words that are not given: expected/);
});
