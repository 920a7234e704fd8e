import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { openLedger, openReader, type RiskListContent } from "@nightledger/store";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderReport } from "./index.ts";
import { pdfText } from "./pdf/pdf-text.ts";
import { openTestBrowser } from "./test-browser.ts";
import { content, writeNight } from "./test-nights.ts";

const REPORTS_DIR = fileURLToPath(new URL("../../../reports", import.meta.url));
const HOSTILE = `<script>alert(1)</script><img src="http://127.0.0.1:9/x">${"_very-long".repeat(12)} مرحبا 🚀`;
const WINDOWS = [
  { width: 375, height: 700 },
  { width: 1280, height: 800 },
] as const;
const LOOKS = WINDOWS.flatMap((size) => (["light", "dark"] as const).map((scheme) => ({ ...size, scheme })));

/** Contrast of every text of the page against what is behind it, below 4.5. Texts of charts have their own test. */
const TOO_FAINT = `(() => {
  const numbers = (color) => {
    const [r, g, b, a = 1] = color.match(/-?[\\d.]+(?:e-?\\d+)?/g).map(Number);
    return { a, rgb: color.startsWith("rgb") ? [r / 255, g / 255, b / 255] : [r, g, b] };
  };
  const light = ({ rgb }) => {
    const [r, g, b] = rgb.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = numbers(getComputedStyle(at).backgroundColor);
      if (color.a === 1) return color;
    }
    return { a: 1, rgb: [1, 1, 1] };
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = [];
  let seen = 0;
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (element.closest("svg") !== null || texts.currentNode.data.trim() === "") continue;
    seen += 1;
    const [a, b] = [light(numbers(getComputedStyle(element).color)), light(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.push(texts.currentNode.data.trim() + " " + contrast.toFixed(2));
  }
  return { seen, faint };
})()`;

const DOCUMENTS = [
  ["executive-summary", "en"],
  ["project-detail", "en"],
  ["executive-summary", "zh-Hans"],
  ["project-detail", "zh-Hans"],
] as const;

let folder: string;
let browser: Browser;

/** An answer with a cell of each kind: at its cap, half full, empty. */
function mixed(alarms: number): RiskListContent {
  const answer = content(30, alarms);
  const points: Record<string, number> = { baseline: 12, vulnerability: 3 };
  const categories = answer.categories.map((each) => ({
    ...each,
    deductScore: points[each.category] ?? each.deductScore,
  }));
  return { ...answer, categories };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-html-"));
  const ledger = await openLedger(join(folder, "ledger.db"));
  for (const [dataDate, alarms] of [
    ["2026-11-22", 4],
    ["2026-11-23", 9],
    ["2026-11-24", 11],
  ] as const) {
    const gone = dataDate === "2026-11-24" ? null : content(10, 4);
    await writeNight(ledger, dataDate, { [HOSTILE]: mixed(alarms), gone, shop: content(12.5, 1234) });
  }
  await ledger.close();
  const reader = await openReader(join(folder, "ledger.db"));
  for (const [name, locale] of DOCUMENTS) {
    const order = { name, dataDate: undefined, locale, reportsDir: REPORTS_DIR };
    const only = ({ projectName }: { projectName: string }) => projectName === HOSTILE;
    const formats = ["html", "pdf"] as const;
    for await (const placed of renderReport(reader.db, {
      ...order,
      formats,
      only,
      outDir: join(folder, name),
    })) {
      expect(placed.passed ? [] : placed.findings).toEqual([]);
      if (placed.passed) files[`${name} ${locale}`] = placed.manifest.replace(".manifest.json", "");
    }
  }
  await reader.close();
  browser = await openTestBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

const files: Record<string, string> = {};

interface Opened {
  page: Page;
  /** What the browser complains of, and what the page asked for beside itself. */
  heard: string[];
}

async function open(document: string, scheme: "light" | "dark", size: { width: number; height: number }) {
  const page = await browser.newPage();
  const url = pathToFileURL(`${files[document]}.html`).href;
  const heard: string[] = [];
  page.on("console", (message) => heard.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => heard.push(String(error)));
  page.on("dialog", (dialog) => heard.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) heard.push(request.url());
  });
  await page.setViewport(size);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(url, { waitUntil: "load" });
  return { page, heard } satisfies Opened;
}

describe.each(DOCUMENTS)("%s in %s as a file in a browser", (name, locale) => {
  const document = `${name} ${locale}`;

  test.each(LOOKS)("fits a window of $width px, $scheme, and can be read", async ({ scheme, ...size }) => {
    const { page, heard } = await open(document, scheme, size);
    const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    const { seen, faint } = (await page.evaluate(TOO_FAINT)) as { seen: number; faint: string[] };
    const paper = await page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    await page.close();
    expect(heard).toEqual([]);
    expect(wide).toBeLessThanOrEqual(0);
    expect(seen).toBeGreaterThan(50);
    expect(faint).toEqual([]);
    expect(paper).toBe(scheme === "dark" ? "rgb(18, 22, 29)" : "rgb(255, 255, 255)");
  });

  test("prints as the PDF edition does, also where it is dark, and can be read there", async () => {
    const { page, heard } = await open(document, "dark", WINDOWS[0]);
    const printed = await page.pdf({
      preferCSSPageSize: true,
      printBackground: true,
      tagged: true,
      outline: true,
    });
    await page.emulateMediaType("print");
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
    const { faint } = (await page.evaluate(TOO_FAINT)) as { faint: string[] };
    await page.close();
    const edition = await pdfText(readFileSync(`${files[document]}.pdf`));
    const own = await pdfText(printed);
    expect(own.length).toBe(edition.length);
    expect(heard).toEqual([]);
    expect(faint).toEqual([]);
  });
});

test("charts keep their paper in the dark", async () => {
  const { page } = await open("executive-summary en", "dark", WINDOWS[1]);
  const papers = await page.evaluate(
    "[...new Set([...document.querySelectorAll('.chart')].map((each) => getComputedStyle(each).backgroundColor))]",
  );
  await page.close();
  expect(papers).toEqual(["rgb(255, 255, 255)"]);
});
