import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  finishRun,
  type Ledger,
  openLedger,
  openReader,
  type RiskListContent,
  startRun,
} from "@nightledger/store";
import { loadHistoryNight } from "@nightledger/store/bench";
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import { beforeEach, expect, test } from "vitest";
import { type PlacedEdition, type ReportOrder, renderReport } from "./index.ts";
import { content, NOW, writeNight } from "./test-nights.ts";

const REPORTS_DIR = fileURLToPath(new URL("../../../reports", import.meta.url));
const HOSTILE = `<script>alert(1)</script>"'&{{t}}$&=1+1 生产`;

let folder: string;
let ledger: Ledger;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-report-"));
  ledger = await openLedger(join(folder, "ledger.db"));
  return async () => {
    await ledger.close();
    rmSync(folder, { recursive: true });
  };
});

const night = (dataDate: string, answers: Record<string, RiskListContent | null>): Promise<void> =>
  writeNight(ledger, dataDate, answers);

interface Rendered {
  dataDate: string;
  pdf: string;
  png: string;
}

/** Renders the one edition of a report; its files by the path they would have. */
async function render(order: Partial<ReportOrder> = {}): Promise<Rendered> {
  const reader = await openReader(join(folder, "ledger.db"));
  try {
    const wanted = {
      name: "executive-summary",
      dataDate: undefined,
      locale: "en",
      formats: ["pdf"] as const,
      outDir: join(folder, "out"),
      reportsDir: REPORTS_DIR,
      ...order,
    };
    let placed: PlacedEdition | undefined;
    for await (const each of renderReport(reader.db, wanted)) {
      expect(each.passed ? [] : each.findings).toEqual([]);
      if (each.passed) placed = each;
    }
    const stem = placed?.manifest.replace(".manifest.json", "");
    return { dataDate: placed?.told.dataDate ?? "", pdf: `${stem}.pdf`, png: `${stem}.png` };
  } finally {
    await reader.close();
  }
}

interface Tag {
  type?: string;
  role?: string;
  alt?: string;
  children?: Tag[];
}

/** The texts that stand for pictures, from the tags of a page. */
const figuresOf = (tag: Tag): (string | undefined)[] =>
  tag.role === "Figure" ? [tag.alt] : (tag.children ?? []).flatMap(figuresOf);

async function readPdf(file: string) {
  const loading = getDocument({ data: new Uint8Array(readFileSync(file)), verbosity: 0 });
  const document = await loading.promise;
  const pages: string[] = [];
  const tags: Tag[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    tags.push(await page.getStructTree());
    const text = items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join("");
    pages.push(text.replace(/\s+/g, " "));
  }
  const { info } = await document.getMetadata();
  const read = {
    pages,
    text: pages.join(" "),
    info: info as { Title?: string; Language?: string },
    figures: tags.flatMap(figuresOf),
    links: new Set((await (await document.getPage(1)).getAnnotations()).map(({ dest }) => dest)).size,
    outline: (await document.getOutline())?.flatMap(({ title, items }) => [
      title,
      ...items.map((item) => item.title),
    ]),
  };
  await loading.destroy();
  return read;
}

test("page 1 has score, band, like-for-like change and coverage; the lowest scores follow", async () => {
  await night("2026-11-23", { "ap-southeast-3_shop": content(10, 4), "ap-southeast-3_bank": content(20, 9) });
  await night("2026-11-24", {
    "ap-southeast-3_shop": content(12.5, 1234),
    "ap-southeast-3_bank": content(20, 9),
    "ap-southeast-3_new": content(30, 7),
  });
  const { pdf, dataDate } = await render();
  expect(dataDate).toBe("2026-11-24");
  const { pages, text } = await readPdf(pdf);
  const [first = ""] = pages;
  expect(first).toContain("79.2 of 100 Good");
  expect(first).toContain("Points of 100, mean of 3 projects");
  expect(first).toContain("−1.3 since Nov 23, like for like");
  expect(first).toContain("the 2 projects scored on both nights");
  expect(first).toContain("The score is 79.2: −1.3 points like for like, most of it through Alarms (−1.3).");
  expect(first).toMatch(/1 Handle the high alarms Alarms 3 1,250 \+[\d.]+ /);
  expect(first).toContain("3 of 3 expected projects answered");
  expect(text).toMatch(/ap-southeast-3_new acme 70\.0 —.*ap-southeast-3_bank acme 80\.0 ±0/);
});

test("a PDF is tagged, in a language, with a title and an outline", async () => {
  await night("2026-11-24", { "ap-southeast-3_shop": content(12.5, 12) });
  const { info, figures, outline, links } = await readPdf((await render()).pdf);
  expect(info.Title).toBe("Security risk summary, November 24, 2026");
  expect(info.Language).toBe("en");
  expect(figures).toEqual([
    "Scale of the five bands from 0 to 100 points. The portfolio stands at 87.5.",
    expect.stringMatching(/^Line chart of the portfolio score .*: 87\.5 of 100 on November 24, 2026\./),
    expect.stringMatching(/^Bars of the mean points lost beside the caps: alarms 12\.5 of 30, /),
    "Chart of expected and fresh projects over the last 90 nights: 1 of 1 on the last.",
  ]);
  expect(outline?.slice(0, 3)).toEqual(["Security risk summary", "How do we stand?", "Can I trust it?"]);
  expect(outline).toEqual(
    expect.arrayContaining(["Pressure under the caps", "Data quality and reconciliation", "Lowest scores"]),
  );
  expect(links).toBe(12);
});

test("missing projects are named on page 1 with their reason, and what is carried stands apart", async () => {
  await night("2026-11-23", { "ap-southeast-3_shop": content(10, 4), "ap-southeast-3_bank": content(20, 9) });
  await night("2026-11-24", { "ap-southeast-3_shop": content(10, 4), "ap-southeast-3_bank": null });
  const { pages, text } = await readPdf((await render()).pdf);
  expect(pages[0]).toContain("Can I trust it? Partial");
  expect(pages[0]).toContain("1 of 2 expected projects answered");
  expect(pages[0]).toContain("1 project: No answer in time. 1 with an earlier night, of Nov 23, 1 night ago");
  expect(pages[0]).toContain("ap-southeast-3_bank acme last good night Nov 23");
  expect(pages[0]).toContain("90 of 100");
  expect(text).toMatch(/No answer from <b>ap- ?southeast- ?3_bank<\/b>\. 4 ?November 23, 2026 80\.0/);
});

test.each([1, 40, 2000])("%i projects fit the pages; what is left out is said", async (targets) => {
  for (const nth of [1, 2]) await loadHistoryNight(ledger, nth, { targets, changing: targets });
  const { pages, text } = await readPdf((await render()).pdf);
  expect(pages.length).toBeGreaterThanOrEqual(4);
  expect(pages.length).toBeLessThanOrEqual(8);
  const left = Math.max(0, targets - 10).toLocaleString("en");
  expect(text.includes(`${left} more, in the workbook.`)).toBe(targets > 10);
});

test("a night on which nothing answered has a report, and no figure in it", async () => {
  await night("2026-11-24", { "ap-southeast-3_shop": null });
  const { pages, text } = await readPdf((await render()).pdf);
  expect(pages[0]).toContain("Can I trust it? Nothing fetched");
  expect(pages[0]).toContain("No project answered tonight.");
  expect(pages[0]).not.toMatch(/of 100/);
  expect(text).toContain("Pressure under the caps No data for this night.");
});

test("what is not known is a dash, not a zero", async () => {
  await night("2026-11-24", { "ap-southeast-3_shop": content(null, 4) });
  const { pages, text } = await readPdf((await render()).pdf);
  expect(pages[0]).toContain("— of 100");
  expect(text).toMatch(/ap-southeast-3_shop acme — — — 0\.0 0\.0 0\.0 0\.0 0\.0 4/);
  expect(text).toContain("Images not scanned for a month Container images 1 —");
  expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
});

test("names from the cloud stay text", async () => {
  await night("2026-11-24", { [`ap-southeast-3_${HOSTILE}`]: content(30, 4, HOSTILE) });
  const { text } = await readPdf((await render()).pdf);
  expect(text).toContain(`ap-southeast-3_${HOSTILE} acme`);
  expect(text.split(HOSTILE).length).toBeGreaterThan(2);
});

test("a run that packs payloads is none of the night's: what it counts are no projects", async () => {
  await night("2026-11-24", { shop: content(10, 5) });
  const runId = await startRun(ledger.db, "2026-11-24", NOW, "compact");
  const packed = { expected: 7771, alreadyFresh: 0, fetched: 7772, missing: 7773, problem: null };
  await finishRun(ledger.db, runId, { now: NOW, status: "complete", ...packed });
  const { pages } = await readPdf((await render()).pdf);
  expect(pages.join(" ").replaceAll(",", "")).not.toMatch(/777[123]/);
});

test("page 1 comes as a picture when asked for", async () => {
  await night("2026-11-24", { "ap-southeast-3_shop": content(10, 4) });
  const { png } = await render({ formats: ["png"] });
  const picture = readFileSync(png);
  expect(picture.subarray(1, 4).toString()).toBe("PNG");
  expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([1588, 2246]);
});

test("an earlier night is rendered as it was", async () => {
  await night("2026-11-23", { "ap-southeast-3_shop": content(10, 4) });
  await night("2026-11-24", { "ap-southeast-3_shop": content(20, 9) });
  const { pdf, dataDate } = await render({ dataDate: "2026-11-23" });
  expect(dataDate).toBe("2026-11-23");
  expect((await readPdf(pdf)).pages[0]).toContain("90 of 100");
});

test.each<[Partial<ReportOrder>, string, string]>([
  [
    { name: "nonsense" },
    "UnknownReportError",
    'There is no report "nonsense". There is: executive-summary, portfolio, project-detail.',
  ],
  [
    { locale: "tlh" },
    "UnknownLocaleError",
    'The report "executive-summary" has no locale "tlh". It has: en, zh-Hans.',
  ],
  [
    { dataDate: "2020-01-01" },
    "NoDataError",
    "No night of 2020-01-01 is on record. The newest is 2026-11-24.",
  ],
])("%j is refused with a sentence, and nothing is written", async (order, name, message) => {
  await night("2026-11-24", { "ap-southeast-3_shop": content(10, 4) });
  await expect(render(order)).rejects.toMatchObject({ name, message });
  expect(existsSync(join(folder, "out"))).toBe(false);
});

test("a word that a locale lacks is named with its file", async () => {
  await night("2026-11-24", { "ap-southeast-3_shop": content(10, 4) });
  const reportsDir = join(folder, "reports");
  cpSync(REPORTS_DIR, reportsDir, { recursive: true });
  const words = join(reportsDir, "executive-summary", "locales", "en.yaml");
  writeFileSync(words, readFileSync(words, "utf8").replace("  heading: How do we stand?\n", ""));
  await expect(render({ reportsDir })).rejects.toMatchObject({
    name: "TemplateError",
    message: expect.stringMatching(
      /summary\.hbs: line \d+, \{\{t "stand\.heading"\}\}: locales\/en\.yaml: there is no text "stand\.heading"$/,
    ),
  });
});

test("a report that is stopped leaves no file", async () => {
  await night("2026-11-24", { "ap-southeast-3_shop": content(10, 4) });
  const stop = new AbortController();
  const progress = (step: string) => step === "Printing" && stop.abort();
  await expect(render({ signal: stop.signal, progress })).rejects.toMatchObject({ name: "AbortError" });
  expect(existsSync(join(folder, "out")) ? readdirSync(join(folder, "out")) : []).toEqual([]);
});
