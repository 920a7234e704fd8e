import { readFileSync } from "node:fs";
import { PDFDict, PDFDocument, PDFName, PDFString } from "@cantoo/pdf-lib";
import type { Browser, PDFOptions } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PrintedFigure } from "../figure.ts";
import { openTestBrowser } from "../test-browser.ts";
import { checkPdf } from "./check-pdf.ts";
import type { ExpectedPdf } from "./expected-pdf.ts";
import { RULES } from "./finding.ts";
import { finishPdf } from "./finish-pdf.ts";
import { printSample, sampleHtml } from "./print-sample.ts";

const CREATED_AT = new Date("2026-11-24T02:00:00Z");

let browser: Browser;

beforeAll(async () => {
  browser = await openTestBrowser();
});

afterAll(() => browser.close());

const figure = (id: string, text: string, value: number | null): PrintedFigure => ({
  id,
  kind: "number",
  text,
  value,
});
const span = ({ id, text }: PrintedFigure): string => `<span data-figure="${id}">${text}</span>`;

const SCORE = figure("score", "85.8", 85.83);
const RISKS = figure("risks", "1,234", 1234);
const CHANGE = figure("change", "−1.5", -1.49);
const UNKNOWN = figure("unknown", "—", null);
const ALL = [SCORE, RISKS, CHANGE, UNKNOWN];
const CHART = `<div role="img" aria-label="The score fell by 1.5"><svg width="90" height="40"><text x="5" y="20">points</text></svg></div>`;
const TABLE = `<table><thead><tr><th scope="col">Change</th><th scope="col">Hosts</th></tr></thead>
  <tbody><tr><td>${span(CHANGE)}</td><td>${span(UNKNOWN)}</td></tr></tbody></table>`;
const BODY = `<h1>Summary</h1><p>Score ${span(SCORE)} of 100, ${span(RISKS)} risks. <a href="https://example.com/">More</a></p>${CHART}<h2>Change</h2>${TABLE}`;

interface Case {
  /** The document that is printed. */
  body?: string;
  /** The document that was meant, where it is another. */
  meant?: string;
  lang?: string;
  style?: string;
  print?: PDFOptions;
  finish?: { language?: string; title?: string };
  /** Changes the finished file. */
  tamper?: (document: PDFDocument) => void;
  expected?: Partial<ExpectedPdf>;
}

async function findings({ body = BODY, meant = body, lang = "en", style = "", ...rest }: Case) {
  const { print = {}, finish = {}, tamper, expected = {} } = rest;
  const printed = await printOnce(sampleHtml(body, { lang, style }), print);
  const metadata = { title: "Sample", language: lang, createdAt: CREATED_AT, producer: "nightledger" };
  let pdf = await finishPdf(printed, { ...metadata, ...finish });
  if (tamper !== undefined) {
    const document = await PDFDocument.load(pdf, { updateMetadata: false });
    tamper(document);
    pdf = await document.save();
  }
  return checkPdf(pdf, {
    html: sampleHtml(meant, { lang, style }),
    figures: ALL,
    language: lang,
    title: "Sample",
    pages: { min: 1, max: 1 },
    maxBytes: 200_000,
    refused: [],
    ...expected,
  });
}

const prints = new Map<string, Promise<Uint8Array>>();

/** Most cases are about the same print. */
function printOnce(html: string, options: PDFOptions): Promise<Uint8Array> {
  const key = JSON.stringify([html, options]);
  const print = prints.get(key) ?? printSample(browser, html, options);
  prints.set(key, print);
  return print;
}

const dictionaries = (document: PDFDocument, key: string, value: string): PDFDict[] =>
  document.context
    .enumerateIndirectObjects()
    .map(([, object]) => object)
    .filter((object) => object instanceof PDFDict)
    .filter((dict) => dict.get(PDFName.of(key)) === PDFName.of(value));

/** Takes an entry from every dictionary of a kind. */
const without = (key: string, value: string, entry: string) => (document: PDFDocument) => {
  for (const dict of dictionaries(document, key, value)) dict.delete(PDFName.of(entry));
};

test("a sound report has no finding", async () => {
  expect(await findings({})).toEqual([]);
});

test("a long table with repeated headers and names of any script has no finding", async () => {
  const names = [
    "shop",
    "שלום עולם 12",
    "مرحبا 7",
    "生产环境",
    "<b>&amp;</b> 9",
    "e\u0301\u200d\u00ad",
    "x".repeat(300),
  ];
  const figures = Array.from({ length: 150 }, (_, row) => figure(`row@${row}`, String(row * 7), row * 7));
  const rows = figures.map((each, row) => {
    const name = names[row % names.length]?.replaceAll("<", "&lt;");
    return `<tr><th scope="row" style="word-break:break-all"><bdi>${name}</bdi> (${row})</th><td>${span(each)}</td></tr>`;
  });
  const body = `<h1>Rows</h1><table><thead><tr><th scope="col">Project 1</th><th scope="col">Risks 2</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
  const found = await findings({ body, expected: { figures, pages: { min: 5, max: 20 } } });
  // a machine without fonts for these scripts draws boxes, and is told so
  expect(found.filter(({ rule }) => rule !== "missing-glyph" && rule !== "glyph-text")).toEqual([]);
});

test("a report in Chinese has no finding", async () => {
  const figures = [
    figure("score", "1,085.8", 1085.75),
    figure("change", "±0", 0),
    figure("share", "25%", 0.25),
  ];
  const [score, change, share] = figures.map(span);
  const body = `<h1>安全风险摘要</h1><p>得分${score}分，变化${change}，占比${share}。</p>`;
  expect(await findings({ body, lang: "zh-Hans", expected: { figures } })).toEqual([]);
});

test("what is only for the screen is not looked for on paper", async () => {
  const body = `${BODY}<p class="screen-only">On screen ${span(figure("menu", "3", 3))}</p><p hidden>hidden</p>`;
  const style = "@media print { .screen-only { display: none } }";
  expect(await findings({ body, style, expected: { figures: [...ALL, figure("menu", "3", 3)] } })).toEqual(
    [],
  );
});

test.each<[string, Case, string, number | null, string]>([
  [
    "a figure that is printed wrong",
    { body: BODY.replace("1,234", "1,235"), meant: BODY },
    "figure",
    1,
    `risks: "1,235" is printed instead of "1,234"; the database says 1234.`,
  ],
  [
    "a figure with a digit too many",
    { body: BODY.replace("85.8", "85.83"), meant: BODY },
    "figure",
    1,
    `score: "85.83" is printed instead of "85.8"; the database says 85.83.`,
  ],
  [
    "a figure that the database has otherwise",
    { expected: { figures: [SCORE, { ...RISKS, value: 1235 }, CHANGE, UNKNOWN] } },
    "figure",
    1,
    `risks: "1,234" is printed; the database says 1235.`,
  ],
  [
    "a zero where nothing is known",
    {
      body: BODY.replace("—", "0"),
      expected: { figures: [SCORE, RISKS, CHANGE, { ...UNKNOWN, text: "0" }] },
    },
    "figure",
    1,
    `unknown: "0" is printed; the database says nothing known.`,
  ],
  [
    "a figure that is not printed",
    { style: `@media print { [data-figure=risks] { display: none } }` },
    "figure",
    1,
    `risks: nothing is printed instead of "1,234"; the database says 1234.`,
  ],
  [
    "a figure that was not recorded",
    { expected: { figures: [SCORE, CHANGE, UNKNOWN] } },
    "figure",
    null,
    "Figure 2 is risks in the document and change in the list of what was printed.",
  ],
  [
    "a blank page",
    {
      body: `${BODY}<div style="break-before: page; height: 1px"></div><p style="break-before: page">End</p>`,
      expected: { pages: { min: 3, max: 3 } },
    },
    "blank-page",
    2,
    "There is nothing on it but header and footer.",
  ],
  [
    "more pages than expected",
    { body: `${BODY}<p style="break-before: page">End</p>` },
    "pages",
    null,
    "There are 2 pages; expected are 1.",
  ],
  [
    "a character that no font has",
    { body: BODY.replace("of 100", "of 100 \u{10abcd}") },
    "missing-glyph",
    1,
    `1 characters are not in the font and are drawn as a box (Inter-Regular), the first after " of 100 ".`,
  ],
  [
    "glyphs without characters",
    { tamper: without("BaseFont", "BAAAAA+Inter-Bold", "ToUnicode") },
    "glyph-text",
    1,
    "glyphs stand for no character (Inter-Bold)",
  ],
  ["no language", { finish: { language: "" } }, "language", null, `The language is ""; expected is "en".`],
  [
    "another title",
    { finish: { title: "Draft" } },
    "title",
    null,
    `The title is "Draft"; expected is "Sample".`,
  ],
  [
    "a title that no viewer shows",
    { tamper: ({ catalog }) => catalog.delete(PDFName.of("ViewerPreferences")) },
    "title",
    null,
    "A viewer would show the file's name, not the title.",
  ],
  ["no outline", { print: { outline: false } }, "outline", null, "There are no bookmarks."],
  [
    "no structure",
    { tamper: ({ catalog }) => catalog.delete(PDFName.of("MarkInfo")) },
    "tagged",
    null,
    "The document has no structure.",
  ],
  [
    "an image that nothing stands for",
    { body: BODY.replace("</h1>", `</h1><svg role="img" width="20" height="20"><text y="9">x</text></svg>`) },
    "alternative-text",
    1,
    "An image has no text that stands for it.",
  ],
  [
    "an image that the structure lost",
    {
      body: BODY.replace(
        "</h1>",
        `</h1><div role="img" aria-label="A bar"><svg width="9" height="9"><rect width="9" height="9"/></svg></div>`,
      ),
    },
    "alternative-text",
    null,
    `The image "A bar" is not in the structure.`,
  ],
  [
    "a table without headers",
    { body: BODY.replaceAll(/<(\/?)th\b/g, "<$1td") },
    "table-header",
    1,
    "A table has no header cell.",
  ],
  [
    "headers that speak for nothing",
    { tamper: without("S", "TH", "A") },
    "table-header",
    1,
    "2 of 2 header cells of a table do not say whether they speak for a row or a column.",
  ],
  [
    "a level left out",
    { body: BODY.replaceAll("h2>", "h3>") },
    "heading-order",
    1,
    "A heading of level 3 follows one of level 1.",
  ],
  [
    "a link that says nothing",
    { tamper: without("Subtype", "Link", "Contents") },
    "link",
    1,
    "A link does not say where it leads.",
  ],
  [
    "a request",
    { expected: { refused: ["http://127.0.0.1:1/logo.png"] } },
    "request",
    null,
    "The page asked for http://127.0.0.1:1/logo.png.",
  ],
  ["too many bytes", { expected: { maxBytes: 1000 } }, "size", null, "1000 are allowed."],
])("%s is found, and nothing else", async (_, given, rule, page, detail) => {
  expect(await findings(given)).toEqual([{ rule, page, detail: expect.stringContaining(detail) }]);
});

test("figures that changed places are found", async () => {
  const swapped = BODY.replace("85.8", "·").replace("1,234", "85.8").replace("·", "1,234");
  const found = await findings({ body: swapped, meant: BODY });
  expect(found.map(({ rule }) => rule)).toEqual(["figure", "figure"]);
  expect(found.map(({ detail }) => detail.split(":")[0])).toEqual(["score", "risks"]);
});

test("a font that is not in the file is found on every page it is drawn on", async () => {
  const body = `${BODY}<p style="break-before: page">Text</p>`;
  const tamper = (document: PDFDocument) => {
    for (const dict of dictionaries(document, "FontName", "CAAAAA+Inter-Regular"))
      dict.delete(PDFName.of("FontFile2"));
    for (const dict of dictionaries(document, "FontName", "AAAAAA+Inter-Regular"))
      dict.delete(PDFName.of("FontFile2"));
  };
  const found = await findings({ body, tamper, expected: { pages: { min: 2, max: 2 } } });
  expect(found.map(({ rule, page }) => [rule, page])).toEqual([
    ["embedded-font", 1],
    ["embedded-font", 2],
  ]);
});

test("a print that is not finished is found out by its running footer and its link", async () => {
  const html = sampleHtml(BODY);
  const expected = { figures: ALL, language: "en", title: "Sample", maxBytes: 200_000, refused: [] };
  const pdf = await printOnce(html, {});
  expect(await checkPdf(pdf, { ...expected, html, pages: { min: 1, max: 1 } })).toEqual([
    { rule: "tagged", page: 1, detail: expect.stringContaining("is neither content nor decoration.") },
    { rule: "link", page: 1, detail: "A link does not say where it leads." },
  ]);
});

test("what is no PDF is found", async () => {
  const html = sampleHtml(BODY);
  const expected = { figures: ALL, language: "en", title: "Sample", maxBytes: 200_000, refused: [] };
  for (const pdf of [Buffer.from(""), Buffer.from("<html>"), Buffer.from("%PDF-1.7\nstartxref\n0\n%%EOF")]) {
    const [finding] = await checkPdf(pdf, { ...expected, html, pages: { min: 1, max: 1 } });
    expect(finding).toMatchObject({ rule: "readable", page: null });
  }
});

test("a title that was never set is found", async () => {
  const tamper = (document: PDFDocument) => document.setTitle("");
  expect(await findings({ tamper })).toMatchObject([{ rule: "title" }]);
});

test("a language that is another is found", async () => {
  const tamper = ({ catalog }: PDFDocument) => catalog.set(PDFName.of("Lang"), PDFString.of("de"));
  expect(await findings({ tamper })).toMatchObject([{ rule: "language" }]);
});

test("every rule has its cure in the documentation", () => {
  const documentation = readFileSync(new URL("../../../../docs/operations.md", import.meta.url), "utf8");
  expect(RULES.filter((rule) => !documentation.includes(`\`${rule}\``))).toEqual([]);
});
