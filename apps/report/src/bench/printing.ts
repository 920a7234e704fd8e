import puppeteer, { type Page } from "puppeteer-core";
import { makeBrowserFolder, removeBrowserFolder } from "../printer/browser-folder.ts";
import { chromiumFlags } from "../printer/chromium-flags.ts";
import { findChromium } from "../printer/find-chromium.ts";
import { openPrinter } from "../printer/printer.ts";
import { whyUnsandboxed } from "../printer/sandbox.ts";
import { madeDocument } from "./made-document.ts";

/** What a process of the benchmark is told: `node printing.ts JSON`. It answers with the milliseconds it took. */
export interface Printing {
  how: "our printer" | "a bare loop";
  documents: number;
  pages: number;
}

/** A process warms up before it is measured. */
const WARM_UP = 5;

type Print = (html: string) => Promise<unknown>;

/** So many at a time, each taking the next. */
async function printAll(documents: readonly string[], printers: readonly Print[]): Promise<void> {
  const left = documents.values();
  await Promise.all(
    printers.map(async (print) => {
      for (const html of left) await print(html);
    }),
  );
}

async function measured(printing: Printing, printers: readonly Print[]): Promise<number> {
  const made = (count: number) => Array.from({ length: count }, (_, index) => madeDocument(index + 1));
  await printAll(made(WARM_UP), printers);
  const documents = made(printing.documents);
  const startedAt = performance.now();
  await printAll(documents, printers);
  return performance.now() - startedAt;
}

async function ours(printing: Printing): Promise<number> {
  const printer = await openPrinter({ pages: printing.pages });
  const print: Print = (html) => printer.pdf(html);
  try {
    return await measured(
      printing,
      Array.from({ length: printing.pages }, () => print),
    );
  } finally {
    await printer.close();
  }
}

const barePrint =
  (page: Page): Print =>
  async (html) => {
    await page.setContent(html);
    await page.pdf({
      format: "A4",
      preferCSSPageSize: true,
      printBackground: true,
      tagged: true,
      outline: true,
    });
  };

async function bare(printing: Printing): Promise<number> {
  const folder = makeBrowserFolder();
  const args = await chromiumFlags(folder, whyUnsandboxed(process.env) === null);
  const launch = { executablePath: await findChromium(), pipe: true, ignoreDefaultArgs: true, args };
  const browser = await puppeteer.launch({ ...launch, waitForInitialPage: false });
  try {
    const pages = await Promise.all(Array.from({ length: printing.pages }, () => browser.newPage()));
    return await measured(printing, pages.map(barePrint));
  } finally {
    await browser.close();
    removeBrowserFolder(folder);
  }
}

const told = JSON.parse(process.argv[2] ?? "") as Printing;
process.send?.({ ms: await (told.how === "our printer" ? ours : bare)(told) });
process.disconnect?.();
