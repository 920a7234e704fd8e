import type { Cell, QueryRows } from "@nightledger/store";
import { stringify } from "csv-stringify/sync";
import { formatTable } from "./format-table.ts";

/** So many rows a table shows; the rest is counted. */
const TABLE_ROWS = 200;

const jsonCell = (cell: Cell): unknown =>
  typeof cell === "bigint" ? cell.toString() : Buffer.isBuffer(cell) ? cell.toString("hex") : cell;

function writeTable({ columns, rows }: QueryRows, out: (text: string) => void): void {
  const shown: (readonly Cell[])[] = [];
  let more = 0;
  for (const row of rows) {
    if (shown.length < TABLE_ROWS) shown.push(row);
    else more += 1;
  }
  out(formatTable(columns, shown));
  if (more > 0) out(`${more} more; use --format csv or json for all of them.\n`);
}

function writeCsv({ columns, rows }: QueryRows, out: (text: string) => void): void {
  out(stringify([[...columns]]));
  // A spreadsheet must not run what the cloud calls a project: such cells begin with an apostrophe.
  for (const row of rows) out(stringify([row.map(jsonCell)], { escape_formulas: true }));
}

function writeJson({ columns, rows }: QueryRows, out: (text: string) => void): void {
  out("[");
  let first = true;
  for (const row of rows) {
    const record = Object.fromEntries(columns.map((name, index) => [name, jsonCell(row[index] ?? null)]));
    out(`${first ? "\n" : ",\n"}${JSON.stringify(record)}`);
    first = false;
  }
  out("\n]\n");
}

/** The formats rows can be written in. */
export const ROW_FORMATS = { table: writeTable, csv: writeCsv, json: writeJson } as const;
export type RowFormat = keyof typeof ROW_FORMATS;
