import type { Browser, PDFOptions } from "puppeteer-core";
import { fontFaces } from "../fonts.ts";

const STYLE = `
  @page { size: A4; margin: 20mm; @bottom-left { content: "Summary 2026"; font-family: Inter }
    @bottom-right { content: "Page " counter(page) " of " counter(pages); font-family: Inter } }
  body { font: 12px Inter, "Noto Sans SC" } th { background: #eee } td { text-align: right }`;

/** A document for the tests of this folder, with the fonts that its text needs. */
export function sampleHtml(body: string, { lang = "en", style = "" } = {}): string {
  const fonts = fontFaces(`${body}${STYLE}`);
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>Sample</title><style>${fonts}${STYLE}${style}</style></head><body>${body}</body></html>`;
}

/** Prints as a report is printed. */
export async function printSample(
  browser: Browser,
  html: string,
  options: PDFOptions = {},
): Promise<Uint8Array> {
  const page = await browser.newPage();
  try {
    await page.setJavaScriptEnabled(false);
    await page.setContent(html, { waitUntil: "load" });
    return await page.pdf({
      preferCSSPageSize: true,
      printBackground: true,
      tagged: true,
      outline: true,
      ...options,
    });
  } finally {
    await page.close();
  }
}
