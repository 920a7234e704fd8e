import type { PrintedFigure } from "../figure.ts";
import type { Finding } from "./finding.ts";
import { MatchedText } from "./match-text.ts";
import { normalizeText } from "./normalize-text.ts";
import type { FigurePlace, PrintedText } from "./printed-text.ts";
import { FigureReader } from "./read-figure.ts";
import { pieceAt, type ReadingText } from "./reading-text.ts";

const LONGEST_QUOTE = 40;
const OF_A_NUMBER = /[\d.,%+\-−±]/;

const said = (value: number | null): string => (value === null ? "nothing known" : String(value));

function quote(text: string): string {
  if (text === "") return "nothing";
  return text.length > LONGEST_QUOTE ? `"${text.slice(0, LONGEST_QUOTE)}…"` : `"${text}"`;
}

/** Digits that belong to a figure's own piece, so that 12 is not found in 120. */
function grown(found: ReadingText, start: number, end: number): { start: number; end: number } {
  const first = pieceAt(found, start);
  const last = pieceAt(found, end - 1);
  let from = start;
  while (from > first.start && OF_A_NUMBER.test(found.text[from - 1] ?? "")) from -= 1;
  let to = end;
  while (to < last.end && OF_A_NUMBER.test(found.text[to] ?? "")) to += 1;
  return { start: from, end: to };
}

/** The list of figures and the document's own must be the same, or the check would be of something else. */
function listFinding(places: readonly FigurePlace[], figures: readonly PrintedFigure[]): Finding | null {
  const length = Math.max(places.length, figures.length);
  for (let at = 0; at < length; at += 1) {
    const place = places[at]?.id ?? "none";
    const figure = figures[at]?.id ?? "none";
    if (place === figure) continue;
    const detail = `Figure ${at + 1} is ${place} in the document and ${figure} in the list of what was printed.`;
    return { rule: "figure", page: null, detail };
  }
  return null;
}

/** Every figure of the document stands in the PDF, at its place, and says what the database says. */
export function figureFindings(
  printed: PrintedText,
  found: ReadingText,
  figures: readonly PrintedFigure[],
  language: string,
): Finding[] {
  const different = listFinding(printed.figures, figures);
  if (different !== null) return [different];

  const reader = new FigureReader(language);
  const matched = new MatchedText(printed.text, found.text);
  const findings: Finding[] = [];
  for (const [index, { id, text, value }] of figures.entries()) {
    const place = printed.figures[index];
    if (place === undefined || place.silent) continue;
    const at = matched.place(place.start, place.end);
    const { start, end } = at.matched ? grown(found, at.start, at.end) : at;
    const shown = found.text.slice(start, end);
    const asMeant = shown === normalizeText(text);
    if (at.matched && asMeant && reader.says(shown, value)) continue;
    const instead = asMeant ? "" : ` instead of "${text}"`;
    const detail = `${id}: ${quote(shown)} is printed${instead}; the database says ${said(value)}.`;
    findings.push({ rule: "figure", page: pieceAt(found, start).page, detail });
  }
  return findings;
}
