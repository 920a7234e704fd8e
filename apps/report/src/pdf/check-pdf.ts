import { othersTurn } from "../others-turn.ts";
import { documentFindings } from "./document-rules.ts";
import { PdfSyntaxError } from "./errors.ts";
import type { ExpectedPdf } from "./expected-pdf.ts";
import { figureFindings } from "./figure-rules.ts";
import type { Finding } from "./finding.ts";
import { blankPageFindings, glyphFindings, pageCountFindings, unmarkedFindings } from "./page-rules.ts";
import { draw, pagesOf } from "./pages.ts";
import { PdfFile } from "./pdf-file.ts";
import { printedText } from "./printed-text.ts";
import { readingText } from "./reading-text.ts";
import { readStructure } from "./structure.ts";
import { structureFindings, tagged } from "./structure-rules.ts";

async function findingsOf(pdf: Uint8Array, expected: ExpectedPdf): Promise<Finding[]> {
  const file = new PdfFile(pdf);
  const pages = pagesOf(file);
  const { chunks, faults } = draw(file, pages);
  await othersTurn();
  const structure = readStructure(file);
  const printed = printedText(expected.html);
  const ofTheDocument = documentFindings(file, expected);
  const untagged = ofTheDocument.some(({ rule }) => rule === "tagged");
  const pageOf = new Map(chunks.map(({ owner, page }) => [owner, page]));
  return [
    ...ofTheDocument,
    ...pageCountFindings(pages.length, expected.pages),
    ...blankPageFindings(chunks, pages.length),
    ...glyphFindings(faults),
    // without a structure there is nothing that it could lack
    ...(untagged ? [] : unmarkedFindings(chunks)),
    ...(untagged ? [] : structureFindings(tagged(file, structure, pageOf), printed.alternatives)),
    ...figureFindings(printed, readingText(chunks, structure), expected.figures, expected.language),
  ];
}

/** What is wrong with a report's PDF, as `finishPdf` gives it; nothing where it may be delivered. */
export async function checkPdf(pdf: Uint8Array, expected: ExpectedPdf): Promise<Finding[]> {
  try {
    return await findingsOf(pdf, expected);
  } catch (error) {
    if (!(error instanceof PdfSyntaxError)) throw error;
    return [{ rule: "readable", page: null, detail: error.message }];
  }
}
