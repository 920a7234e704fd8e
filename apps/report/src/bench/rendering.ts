import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { openReader } from "@nightledger/store";
import puppeteer, { type Page } from "puppeteer-core";
import { makeBrowserFolder, removeBrowserFolder } from "../printer/browser-folder.ts";
import { chromiumFlags } from "../printer/chromium-flags.ts";
import { findChromiums } from "../printer/find-chromium.ts";
import { whyUnsandboxed } from "../printer/sandbox.ts";
import { renderReport } from "../report.ts";

/** What a process of the benchmark is told: `node rendering.ts JSON`. It answers with what it did. */
export type Rendering =
  /** Makes PDFs of a ledger's newest night, as `nightledger report` does. */
  | { how: "nightledger"; ledger: string; report: string; outDir: string; documents?: number }
  /** Makes PDFs of files of HTML by `page.setContent` and `page.pdf`, and does nothing else. */
  | { how: "bare loop"; files: string[] };

export interface Rendered {
  /** From the first question, or the first file, to the last PDF; Chromium's start is part of it. */
  ms: number;
  pdfs: number;
}

const reportsDir = fileURLToPath(new URL("../../../../reports", import.meta.url));
/** As many pages as a printer has open by itself. */
const PAGES = Math.max(1, availableParallelism() - 1);

async function ours(told: Rendering & { how: "nightledger" }): Promise<number> {
  const reader = await openReader(told.ledger);
  const { report: name, outDir, documents = 1 } = told;
  let left = documents;
  const only = () => left-- > 0;
  const order = {
    name,
    locale: "en",
    reportsDir,
    outDir,
    formats: ["pdf" as const],
    dataDate: undefined,
    only,
  };
  let pdfs = 0;
  for await (const edition of renderReport(reader.db, order)) {
    if ("reasons" in edition) throw new Error(`The gate is closed: ${JSON.stringify(edition)}`);
    pdfs += 1;
  }
  await reader.close();
  return pdfs;
}

async function printEach(page: Page, files: IterableIterator<string>): Promise<number> {
  let pdfs = 0;
  for (const file of files) {
    await page.setContent(readFileSync(file, "utf8"));
    await page.pdf({
      format: "A4",
      preferCSSPageSize: true,
      printBackground: true,
      tagged: true,
      outline: true,
    });
    pdfs += 1;
  }
  return pdfs;
}

async function bare({ files }: Rendering & { how: "bare loop" }): Promise<number> {
  const folder = makeBrowserFolder();
  const args = await chromiumFlags(folder, whyUnsandboxed(process.env) === null);
  const [found] = findChromiums();
  if (found === undefined) throw new Error("There is no browser to compare with.");
  const env = { ...process.env, TMPDIR: folder };
  const launch = { executablePath: await found.file(), pipe: true, ignoreDefaultArgs: true, args, env };
  const browser = await puppeteer.launch({ ...launch, waitForInitialPage: false });
  try {
    const pages = await Promise.all(Array.from({ length: PAGES }, () => browser.newPage()));
    const left = files.values();
    const printed = await Promise.all(pages.map((page) => printEach(page, left)));
    return printed.reduce((sum, count) => sum + count, 0);
  } finally {
    await browser.close();
    removeBrowserFolder(folder);
  }
}

const told = JSON.parse(process.argv[2] ?? "") as Rendering;
const startedAt = performance.now();
const pdfs = await (told.how === "nightledger" ? ours(told) : bare(told));
process.send?.({ ms: performance.now() - startedAt, pdfs } satisfies Rendered);
process.disconnect?.();
