import type { ShutPage } from "./shut-page.ts";

/** A4 in inches, for documents that name no size of their own. */
const A4 = { paperWidth: 210 / 25.4, paperHeight: 297 / 25.4 } as const;
const NO_MARGIN = { marginTop: 0, marginRight: 0, marginBottom: 0, marginLeft: 0 } as const;

async function print({ session }: ShutPage): Promise<Uint8Array> {
  const { data } = await session.send("Page.printToPDF", {
    ...A4,
    ...NO_MARGIN,
    preferCSSPageSize: true,
    printBackground: true,
    generateTaggedPDF: true,
    generateDocumentOutline: true,
    transferMode: "ReturnAsBase64",
  });
  return Buffer.from(data, "base64");
}

/**
 * What a page shows as PDF: tagged, with an outline of its headings. A font that nothing but a margin box needs is
 * asked for while Chromium prints, and comes too late for it: then it prints again.
 */
export async function pageAsPdf(page: ShutPage): Promise<Uint8Array> {
  let before = await page.fontsLoaded();
  for (;;) {
    const pdf = await print(page);
    const after = await page.fontsLoaded();
    if (after === before) return pdf;
    before = after;
  }
}
