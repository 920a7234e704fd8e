import type { Chunk, FaultyGlyphs, GlyphFault } from "./drawing.ts";
import type { ExpectedPdf } from "./expected-pdf.ts";
import type { Finding, Rule } from "./finding.ts";

const shows = ({ text, painted }: Chunk): boolean => painted || text.trim() !== "";

export function pageCountFindings(count: number, { min, max }: ExpectedPdf["pages"]): Finding[] {
  if (count >= min && count <= max) return [];
  const bounds = min === max ? String(min) : `${min} to ${max}`;
  return [{ rule: "pages", page: null, detail: `There are ${count} pages; expected are ${bounds}.` }];
}

/** Running headers, footers and backgrounds are not in the structure: a page without anything else is blank. */
export function blankPageFindings(chunks: readonly Chunk[], count: number): Finding[] {
  const said = chunks.filter((chunk) => chunk.mcid !== null && shows(chunk));
  const pages = new Set(said.map(({ page }) => page));
  return Array.from({ length: count }, (_, index) => index + 1)
    .filter((page) => !pages.has(page))
    .map((page) => ({ rule: "blank-page", page, detail: "There is nothing on it but header and footer." }));
}

/** Content that is neither in the structure nor marked as decoration. */
export function unmarkedFindings(chunks: readonly Chunk[]): Finding[] {
  const unmarked = chunks.filter((chunk) => chunk.mcid === null && !chunk.artifact && shows(chunk));
  return [...Map.groupBy(unmarked, ({ page }) => page)].map(([page, drawn]) => {
    const texts = drawn.map(({ text }) => text.trim()).filter((text) => text !== "");
    const what = texts.length === 0 ? "Shapes" : `"${texts.join(" ").slice(0, 40)}"`;
    return { rule: "tagged", page, detail: `${what} is neither content nor decoration.` };
  });
}

const FAULTS: Record<GlyphFault, { rule: Rule; says: string }> = {
  missing: { rule: "missing-glyph", says: "characters are not in the font and are drawn as a box" },
  "no-text": { rule: "glyph-text", says: "glyphs stand for no character" },
  "not-embedded": { rule: "embedded-font", says: "glyphs are drawn with a font that is not in the file" },
};

export const glyphFindings = (faults: readonly FaultyGlyphs[]): Finding[] =>
  faults.map(({ page, font, fault, count, after }) => ({
    rule: FAULTS[fault].rule,
    page,
    detail: `${count} ${FAULTS[fault].says} (${font}), the first ${after === "" ? "at a beginning" : `after "${after}"`}.`,
  }));
