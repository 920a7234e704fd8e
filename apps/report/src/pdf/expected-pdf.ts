/** A figure as it stands in a document. */
export interface PrintedFigure {
  id: string;
  /** How it is written, such as `points`. */
  kind: string;
  text: string;
  /** What the database says; null is not known. */
  value: number | null;
}

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
