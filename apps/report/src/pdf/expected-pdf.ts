import type { PrintedFigure } from "../figure.ts";

/** What a PDF is checked against. */
export interface ExpectedPdf {
  /** The document it was printed from, with `<span data-figure="ID">` about each figure. */
  html: string;
  /** The figures of the document, in its order. */
  figures: readonly PrintedFigure[];
  /** BCP 47, such as `zh-Hans`. */
  language: string;
  title: string;
  pages: { min: number; max: number };
  maxBytes: number;
  /** Addresses that were asked for while it was printed, and refused. */
  refused: readonly string[];
}
