import { draw, pagesOf } from "./pages.ts";
import { PdfFile } from "./pdf-file.ts";

/** The text of each page, in the order it is painted, white space as one blank. @throws PdfSyntaxError */
export function pdfText(pdf: Uint8Array): string[] {
  const file = new PdfFile(pdf);
  const pages = pagesOf(file);
  const { chunks } = draw(file, pages);
  return pages.map(({ number }) => {
    const texts = chunks.filter(({ page, text }) => page === number && text !== "").map(({ text }) => text);
    return texts.join(" ").replace(/\s+/g, " ").trim();
  });
}
