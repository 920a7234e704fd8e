/** What an edition must be to leave the house: its document, then its PDF. */
export const RULES = [
  /** The document, or a mail's body, asks for nothing that is not in it. */
  "reference",
  /** The document, or a mail's body, runs, sends and redirects nothing. */
  "active-content",
  /** It is a PDF that can be read. */
  "readable",
  /** As many pages as expected. */
  "pages",
  /** Each page says something beside its running header and footer. */
  "blank-page",
  /** No glyph is the box of a character that its font does not have. */
  "missing-glyph",
  /** Every glyph is drawn with a font that is in the file. */
  "embedded-font",
  /** Every glyph has the characters it stands for. */
  "glyph-text",
  /** All content is in the structure or marked as decoration. */
  "tagged",
  /** Every table has header cells, each with the direction it speaks for. */
  "table-header",
  /** Every image has a text that stands for it, the one of the HTML. */
  "alternative-text",
  /** Headings begin at the first level and leave none out. */
  "heading-order",
  /** Every link is in the structure and says where it leads. */
  "link",
  "language",
  "title",
  /** Bookmarks. */
  "outline",
  /** Printing asked for nothing outside the page. */
  "request",
  "size",
  /** Every figure is printed, as the database has it. */
  "figure",
] as const;
export type Rule = (typeof RULES)[number];

/** What is wrong with an edition. */
export interface Finding {
  rule: Rule;
  /** From 1; null where it is the whole document's. */
  page: number | null;
  /** A sentence: what was expected and what is there. */
  detail: string;
}
