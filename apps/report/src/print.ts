import type { Browser, Page } from "puppeteer-core";

const DEADLINE_MS = 60_000;
/** A4 at 96 dots an inch. */
const A4 = { width: 794, height: 1123 } as const;

/** A page that runs no script and reaches no network. */
async function shutPage(browser: Browser, html: string): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(DEADLINE_MS);
  await page.setJavaScriptEnabled(false);
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    const harmless = request.url().startsWith("data:") || request.url() === "about:blank";
    void (harmless ? request.continue() : request.abort("blockedbyclient"));
  });
  await page.setContent(html, { waitUntil: "load" });
  return page;
}

/** The document as PDF: A4, tagged, with an outline of its headings. */
export async function printPdf(browser: Browser, html: string): Promise<Uint8Array> {
  const page = await shutPage(browser, html);
  try {
    return await page.pdf({
      format: "A4",
      preferCSSPageSize: true,
      printBackground: true,
      tagged: true,
      outline: true,
      timeout: DEADLINE_MS,
    });
  } finally {
    await page.close();
  }
}

/** Page 1 as a picture, at twice the size of A4's 96 dots an inch. */
export async function pictureOfPage1(browser: Browser, html: string): Promise<Uint8Array> {
  const page = await shutPage(browser, html.replace("<html", '<html class="picture"'));
  try {
    await page.setViewport({ ...A4, deviceScaleFactor: 2 });
    return await page.screenshot({ type: "png", clip: { x: 0, y: 0, ...A4 } });
  } finally {
    await page.close();
  }
}
