import type { Cell } from "@nightledger/store/query";
import { hex } from "./hex.ts";

/** Whole numbers are written with all their digits; what JSON has no number for (Infinity) is a string. */
function jsonCell(cell: Cell): string {
  if (typeof cell === "bigint") return cell.toString();
  if (typeof cell === "number" && !Number.isFinite(cell)) return `"${cell}"`;
  return JSON.stringify(cell instanceof Uint8Array ? hex(cell) : cell);
}

/** Rows of these columns as JSON objects. */
export function jsonRecord(columns: readonly string[]): (row: readonly Cell[]) => string {
  const keys = columns.map((name) => `${JSON.stringify(name)}:`);
  return (row) => `{${keys.map((key, index) => key + jsonCell(row[index] ?? null)).join(",")}}`;
}
