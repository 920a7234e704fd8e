import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Cell, QueryRows } from "@nightledger/store/query";
import { ZipFile } from "yazl";
import type { Format, FormatOptions } from "./format.ts";
import { CELL_CHARACTERS, columnLetters, xlsxCell, xlsxText } from "./xlsx-cell.ts";
import { SHEET_END, SHEET_HEAD, STYLE, sheetPath, workbookParts } from "./xlsx-parts.ts";

/** The most rows Excel takes in a sheet, the header among them. */
const SHEET_ROWS = 1_048_576;
/** Level 1 is twice as fast as the usual 6, for a file a quarter larger. */
const PART = { compressionLevel: 1 };

const isCut = (cell: Cell): boolean =>
  (typeof cell === "string" || cell instanceof Uint8Array) &&
  cell.length * (typeof cell === "string" ? 1 : 2) > CELL_CHARACTERS;

/** Rows of a query, sheet by sheet. */
function sheetsOf({ columns, batches }: Pick<QueryRows, "columns" | "batches">, sheetRows: number) {
  const letters = columns.map((_, index) => columnLetters(index));
  const iterator = batches[Symbol.asyncIterator]();
  let waiting: readonly (readonly Cell[])[] = [];
  const state = { more: true, cut: 0 };

  const rowXml = (row: readonly Cell[], number: number): string => {
    const cells = row.map((cell, index) => {
      if (isCut(cell)) state.cut += 1;
      return xlsxCell(`${letters[index]}${number}`, cell);
    });
    return `<row r="${number}">${cells.join("")}</row>`;
  };

  /** Sees to it that a row waits, or notes that there is none any more. */
  const fetch = async (): Promise<void> => {
    while (waiting.length === 0 && state.more) {
      const { done, value } = await iterator.next();
      if (done === true) state.more = false;
      else waiting = value;
    }
  };

  async function* sheet(): AsyncGenerator<string> {
    const header = columns.map((name, index) => xlsxText(`${letters[index]}1`, name, STYLE.header));
    yield `${SHEET_HEAD}<row r="1">${header.join("")}</row>`;
    let number = 2;
    for (await fetch(); state.more && number <= sheetRows; await fetch()) {
      const taken = waiting.slice(0, sheetRows - number + 1);
      waiting = waiting.slice(taken.length);
      const first = number;
      number += taken.length;
      yield taken.map((row, index) => rowXml(row, first + index)).join("");
    }
    yield SHEET_END;
  }

  return { state, sheet };
}

async function fill(zip: ZipFile, sheets: ReturnType<typeof sheetsOf>, { warn }: FormatOptions) {
  let count = 0;
  do {
    count += 1;
    const xml = Readable.from(sheets.sheet());
    zip.addReadStream(xml, sheetPath(count), PART);
    await finished(xml);
  } while (sheets.state.more);
  for (const [path, xml] of workbookParts(count)) zip.addBuffer(Buffer.from(xml), path, PART);
  zip.end();
  if (count > 1) warn(`Excel takes ${SHEET_ROWS} rows a sheet, so there are ${count} sheets.`);
  if (sheets.state.cut > 0) {
    warn(`Excel takes ${CELL_CHARACTERS} characters a cell; ${sheets.state.cut} longer cells are cut there.`);
  }
}

/** A workbook whose sheets take so many rows. */
export const xlsxInSheetsOf = (sheetRows: number): Format =>
  async function* (rows, options) {
    const zip = new ZipFile();
    const output = Readable.from(zip.outputStream);
    const filled = fill(zip, sheetsOf(rows, sheetRows), options);
    filled.catch((error) => output.destroy(error));
    yield* output;
    await filled;
  };

/** An Excel workbook. The libraries looked at hold all rows, or are not kept any more; a sheet is little XML. */
export const xlsxFormat: Format = xlsxInSheetsOf(SHEET_ROWS);
