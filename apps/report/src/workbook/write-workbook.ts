import { PassThrough, Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { ZipFile } from "yazl";
import { sheetNames } from "./sheet-names.ts";
import {
  CELL_CHARACTERS,
  columnLetters,
  dateCell,
  textCell,
  type WorkbookCell,
  workbookCell,
} from "./workbook-cell.ts";
import { SHEET_END, STYLE, sheetHead, sheetPath, workbookParts } from "./workbook-parts.ts";

/** The most rows Excel takes in a sheet, the header among them. */
const SHEET_ROWS = 1_048_576;
/**
 * Level 1 is twice as fast as the usual 6, for a file a quarter larger. No file is older than another, in any time
 * zone: the same rows are the same bytes.
 */
const PART = { compressionLevel: 1, mtime: new Date(1980, 0, 1, 12), forceDosTimestamp: true };

type Row = readonly WorkbookCell[];

/** A column of a sheet. */
export interface SheetColumn {
  name: string;
  /** Whether its `YYYY-MM-DD` are written as dates. */
  isDate?: boolean;
  /** In characters. */
  width?: number;
}

/** A table of a workbook, its rows in batches. */
export interface Sheet {
  name: string;
  columns: readonly SheetColumn[];
  batches: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>;
}

export interface WorkbookOptions {
  /** Hears what a workbook could not carry over. */
  warn?: (text: string) => void;
  /** Rows of a sheet, the header among them. */
  sheetRows?: number;
}

const isCut = (cell: WorkbookCell): boolean =>
  (typeof cell === "string" || cell instanceof Uint8Array) &&
  cell.length * (typeof cell === "string" ? 1 : 2) > CELL_CHARACTERS;

async function* each<T>(all: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
  yield* all;
}

/** The rows of a table, sheet by sheet. */
function pagesOf({ columns, batches }: Sheet, sheetRows: number) {
  const letters = columns.map((_, index) => columnLetters(index));
  const iterator = each(batches);
  let waiting: readonly Row[] = [];
  const state = { more: true, cut: 0 };

  const rowXml = (row: Row, number: number): string => {
    const cells = row.map((cell, index) => {
      if (isCut(cell)) state.cut += 1;
      const place = `${letters[index]}${number}`;
      return columns[index]?.isDate === true ? dateCell(place, cell) : workbookCell(place, cell);
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

  async function* page(): AsyncGenerator<string> {
    const header = columns.map(({ name }, index) => textCell(`${letters[index]}1`, name, STYLE.header));
    yield `${sheetHead(columns.map(({ width }) => width))}<row r="1">${header.join("")}</row>`;
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

  return { state, page };
}

async function fill(zip: ZipFile, sheets: readonly Sheet[], options: WorkbookOptions): Promise<void> {
  const { warn = () => {}, sheetRows = SHEET_ROWS } = options;
  const nameOf = sheetNames();
  const names: string[] = [];
  let cut = 0;
  for (const sheet of sheets) {
    const before = names.length;
    const { state, page } = pagesOf(sheet, sheetRows);
    do {
      const xml = Readable.from(page());
      zip.addReadStream(xml, sheetPath(names.push(nameOf(sheet.name))), PART);
      await finished(xml);
    } while (state.more);
    cut += state.cut;
    const count = names.length - before;
    if (count > 1) warn(`Excel takes ${SHEET_ROWS} rows a sheet, so there are ${count} sheets.`);
  }
  for (const [path, xml] of workbookParts(names)) zip.addBuffer(Buffer.from(xml), path, PART);
  zip.end();
  if (cut > 0) warn(`Excel takes ${CELL_CHARACTERS} characters a cell; ${cut} longer cells are cut there.`);
}

/**
 * An Excel workbook, as it is written: however many rows there are, few are in memory. The same tables are the same
 * bytes. The libraries looked at hold all rows, or are not kept any more; a sheet is little XML.
 */
export async function* writeWorkbook(
  sheets: readonly Sheet[],
  options: WorkbookOptions = {},
): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  // a stream of our own, since the archive's own iterator waits for its next bytes before it lets itself be destroyed
  const output = zip.outputStream.pipe(new PassThrough());
  // a pipe hands no error on, and would leave this one waiting
  zip.outputStream.on("error", (error) => output.destroy(error));
  const filled = fill(zip, sheets, options);
  filled.catch((error) => output.destroy(error));
  yield* output;
  await filled;
}
