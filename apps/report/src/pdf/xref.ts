import { PdfSyntaxError } from "./errors.ts";
import { Lexer } from "./lexer.ts";
import type { PdfFile } from "./pdf-file.ts";
import { Keyword, type PdfDict, PdfStream, type PdfValue } from "./pdf-value.ts";

/** Where an object lies: at a byte of the file, or as one of those in a container. */
export type XrefEntry = { offset: number } | { container: number; index: number };

interface Xref {
  entries: Map<number, XrefEntry>;
  trailer: PdfDict;
}

const isWord = (value: PdfValue | undefined, word: string): boolean =>
  value instanceof Keyword && value.word === word;

function readTable(lexer: Lexer, entries: Xref["entries"]): PdfDict {
  for (;;) {
    const first = lexer.next();
    if (isWord(first, "trailer")) break;
    const count = Number(lexer.next());
    if (typeof first !== "number" || Number.isNaN(count)) throw new PdfSyntaxError("its index is broken");
    for (let num = first; num < first + count; num += 1) {
      const offset = Number(lexer.next());
      lexer.next();
      if (isWord(lexer.next(), "n") && !entries.has(num)) entries.set(num, { offset });
    }
  }
  const trailer = lexer.next();
  if (!(trailer instanceof Map)) throw new PdfSyntaxError("it has no trailer");
  return trailer;
}

/** A row of an index that is a stream: three numbers of given widths. */
function rowsOf(data: Buffer, widths: readonly number[]): number[][] {
  const rows: number[][] = [];
  let at = 0;
  while (at < data.length) {
    rows.push(
      widths.map((width) => {
        const value = width === 0 ? 0 : data.readUIntBE(at, width);
        at += width;
        return value;
      }),
    );
  }
  return rows;
}

function readStream(file: PdfFile, stream: PdfStream, entries: Xref["entries"]): void {
  const { dict } = stream;
  if (dict.has("/DecodeParms")) throw new PdfSyntaxError("its index is encoded by a predictor");
  const rows = rowsOf(file.decode(stream), file.list(dict.get("/W")).map(Number));
  const index = file.list(dict.get("/Index")).map(Number);
  const sections = index.length > 0 ? index : [0, rows.length];
  let row = 0;
  for (let at = 0; at + 1 < sections.length; at += 2) {
    const first = sections[at] ?? 0;
    for (let num = first; num < first + (sections[at + 1] ?? 0); num += 1) {
      const [kind, where = 0, index = 0] = rows[row++] ?? [];
      if (entries.has(num)) continue;
      if (kind === 1) entries.set(num, { offset: where });
      if (kind === 2) entries.set(num, { container: where, index });
    }
  }
}

/** The index of a PDF, with what later updates replaced. @throws PdfSyntaxError */
export function readXref(file: PdfFile): Xref {
  const at = file.source.lastIndexOf("startxref");
  if (at < 0) throw new PdfSyntaxError("it has no end");
  const entries: Xref["entries"] = new Map();
  let trailer: PdfDict | undefined;
  const read = new Set<number>();
  let offset = Number(new Lexer(file.source, at + "startxref".length).next());
  while (Number.isInteger(offset) && !read.has(offset)) {
    read.add(offset);
    const lexer = new Lexer(file.source, offset);
    let section: PdfDict;
    if (isWord(lexer.next(), "xref")) section = readTable(lexer, entries);
    else {
      const stream = file.objectAt(offset);
      if (!(stream instanceof PdfStream)) throw new PdfSyntaxError("it has no index");
      readStream(file, stream, entries);
      section = stream.dict;
    }
    trailer ??= section;
    offset = Number(section.get("/Prev") ?? Number.NaN);
  }
  if (trailer === undefined) throw new PdfSyntaxError("it has no index");
  return { entries, trailer };
}
