import type { CDPSession } from "puppeteer-core";

/** A4 in inches, for documents that name no size of their own. */
const A4 = { paperWidth: 210 / 25.4, paperHeight: 297 / 25.4 } as const;
const NO_MARGIN = { marginTop: 0, marginRight: 0, marginBottom: 0, marginLeft: 0 } as const;

/** What a page shows as PDF: tagged, with an outline of its headings. */
export async function pageAsPdf(session: CDPSession): Promise<Uint8Array> {
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
