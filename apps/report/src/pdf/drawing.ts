/** What is drawn in one go: the content of one mark, or what lies between two. */
export interface Chunk {
  page: number;
  /** The object whose stream draws it (a page, or a form on it); marks are numbered within that. */
  owner: number;
  /** The mark by which the structure refers to it; null for what the structure does not have. */
  mcid: number | null;
  artifact: boolean;
  text: string;
  /** Shapes, lines or images are in it. */
  painted: boolean;
  /** Where it stands in its stream: from the first operator to after the last one. */
  from: number;
  to: number;
}

export type GlyphFault = "missing" | "no-text" | "not-embedded";

/** Glyphs of one font that are not as they should be, on one page. */
export interface FaultyGlyphs {
  page: number;
  font: string;
  fault: GlyphFault;
  count: number;
  /** What was written before the first of them. */
  after: string;
}

export interface Drawing {
  chunks: Chunk[];
  faults: FaultyGlyphs[];
}
