import { runsInASpreadsheet } from "./runs-in-a-spreadsheet.ts";
import { STYLE } from "./workbook-parts.ts";

/** What a cell may hold: the values of a database. */
export type WorkbookCell = string | number | bigint | Uint8Array | null;

/** The most characters Excel takes in a cell; a file with more it calls broken. */
export const CELL_CHARACTERS = 32_767;

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
/** What XML cannot say, or would change, or what reads like this very escape (ECMA-376, part 1, 22.9.2.19). */
const ESCAPED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|\p{Cs}|_(?=x[0-9A-Fa-f]{4}_)/gu;

const xmlText = (text: string): string =>
  text
    .replace(ESCAPED, (found) => `_x${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`)
    .replace(/[&<>]/g, (found) => ENTITIES[found] ?? found);

/** A text cell. It is never a formula, and what looks like one is marked to stay a text when it is edited. */
export function textCell(place: string, text: string, style: number = STYLE.plain): string {
  const own = style === STYLE.plain && runsInASpreadsheet(text) ? STYLE.inert : style;
  const styled = own === STYLE.plain ? "" : ` s="${own}"`;
  const kept = xmlText(text.slice(0, CELL_CHARACTERS));
  return `<c r="${place}" t="inlineStr"${styled}><is><t xml:space="preserve">${kept}</t></is></c>`;
}

/**
 * A cell at its place (`B2`). Numbers stay numbers, unless Excel would round them: it has no integers beyond 2^53.
 * Null is no cell at all.
 */
export function workbookCell(place: string, cell: WorkbookCell): string {
  if (cell === null) return "";
  if (typeof cell === "string") return textCell(place, cell);
  if (cell instanceof Uint8Array) return textCell(place, Buffer.from(cell).toString("hex"));
  const exact = typeof cell === "bigint" ? Number.isSafeInteger(Number(cell)) : Number.isFinite(cell);
  return exact ? `<c r="${place}"><v>${cell}</v></c>` : textCell(place, String(cell));
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;
/** Day 0 of a workbook, for dates after February 1900: it has a leap day then that was none. */
const DAY_0 = Date.UTC(1899, 11, 30);

/** A `YYYY-MM-DD` as a date of the workbook; anything else as the cell it is. */
export function dateCell(place: string, cell: WorkbookCell): string {
  const day = typeof cell === "string" && DATE.test(cell) ? (Date.parse(cell) - DAY_0) / DAY_MS : Number.NaN;
  if (Number.isNaN(day) || day < 61) return workbookCell(place, cell);
  return `<c r="${place}" s="${STYLE.date}"><v>${day}</v></c>`;
}

/** The letters of a column, counted from 0: A, B … Z, AA. */
export function columnLetters(index: number): string {
  const before = Math.floor(index / 26);
  return (before === 0 ? "" : columnLetters(before - 1)) + String.fromCharCode(65 + (index % 26));
}
