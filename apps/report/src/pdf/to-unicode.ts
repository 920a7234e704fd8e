import { Lexer } from "./lexer.ts";
import { Keyword, PdfString, type PdfValue } from "./pdf-value.ts";

/** Codes of a font and the characters they stand for. */
export type ToUnicode = ReadonlyMap<number, string>;

function codeOf(value: PdfValue | undefined): number {
  if (!(value instanceof PdfString)) return 0;
  let code = 0;
  for (let at = 0; at < value.bytes.length; at += 1) code = code * 256 + value.bytes.charCodeAt(at);
  return code;
}

const textOf = (value: PdfValue | undefined): string =>
  value instanceof PdfString ? Buffer.from(value.bytes, "latin1").swap16().toString("utf16le") : "";

/** The text a code stands for that lies some places after the first of its range: the last unit counts up. */
function following(first: string, places: number): string {
  const last = first.length - 1;
  return first.slice(0, last) + String.fromCharCode(first.charCodeAt(last) + places);
}

function addRanges(operands: readonly PdfValue[], codes: Map<number, string>): void {
  for (let at = 0; at + 2 < operands.length; at += 3) {
    const first = codeOf(operands[at]);
    const last = codeOf(operands[at + 1]);
    const target = operands[at + 2];
    for (let code = first; code <= last; code += 1) {
      const text = Array.isArray(target)
        ? textOf(target[code - first])
        : following(textOf(target), code - first);
      codes.set(code, text);
    }
  }
}

/** Reads a font's ToUnicode map. */
export function readToUnicode(source: string): ToUnicode {
  const codes = new Map<number, string>();
  const lexer = new Lexer(source);
  let operands: PdfValue[] = [];
  for (let value = lexer.next(); value !== undefined; value = lexer.next()) {
    if (!(value instanceof Keyword)) {
      operands.push(value);
      continue;
    }
    if (value.word === "endbfchar") {
      for (let at = 0; at + 1 < operands.length; at += 2)
        codes.set(codeOf(operands[at]), textOf(operands[at + 1]));
    }
    if (value.word === "endbfrange") addRanges(operands, codes);
    operands = [];
  }
  return codes;
}
