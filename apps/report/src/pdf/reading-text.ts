import type { Chunk } from "./drawing.ts";
import { normalizeText } from "./normalize-text.ts";
import { allMarks, type Element } from "./structure.ts";

/** What is drawn in one go, within the text. */
export interface Piece {
  start: number;
  end: number;
  page: number;
}

/** A PDF's text and the pieces it is made of. */
export interface ReadingText {
  /** Normalized. */
  text: string;
  pieces: Piece[];
}

const NO_PIECE: Piece = { start: 0, end: 0, page: 1 };

/** The piece at a place of the text; the last one for what is beyond. */
export function pieceAt({ pieces }: ReadingText, place: number): Piece {
  let low = 0;
  let high = pieces.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle]?.start ?? 0) <= place) low = middle + 1;
    else high = middle - 1;
  }
  return pieces[Math.max(0, high)] ?? NO_PIECE;
}

const keyOf = (owner: number, mcid: number): string => `${owner} ${mcid}`;

/**
 * A PDF's text in reading order: that of the structure, which is the document's, whatever the order of painting.
 * What the structure does not have comes last, page by page: running headers and footers, page numbers.
 */
export function readingText(chunks: readonly Chunk[], structure: readonly Element[]): ReadingText {
  const marked = Map.groupBy(
    chunks.filter(({ mcid, text }) => mcid !== null && text !== ""),
    ({ owner, mcid }) => keyOf(owner, mcid ?? -1),
  );
  const ordered: Chunk[] = [];
  for (const { owner, mcid } of allMarks(structure)) {
    const key = keyOf(owner, mcid);
    ordered.push(...(marked.get(key) ?? []));
    marked.delete(key);
  }
  const known = new Set(ordered);
  let text = "";
  const pieces: ReadingText["pieces"] = [];
  for (const chunk of [...ordered, ...chunks.filter((chunk) => !known.has(chunk))]) {
    const piece = normalizeText(chunk.text);
    if (piece === "") continue;
    pieces.push({ start: text.length, end: text.length + piece.length, page: chunk.page });
    text += piece;
  }
  return { text, pieces };
}
