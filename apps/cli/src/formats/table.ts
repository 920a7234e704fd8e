import type { Cell } from "@nightledger/store/query";
import { longestValue, QueryMemoryError } from "@nightledger/store/query";
import { formatTable } from "../format-table.ts";
import type { Format } from "./format.ts";
import { hex } from "./hex.ts";

/** A wider cell would push all others out of sight; every line of a table is as wide as its widest. */
const WIDEST = 1000;

const cut = (text: string, length: number): string => (length > WIDEST ? `${text.slice(0, WIDEST)}…` : text);

function shownCell(cell: Cell): Cell {
  if (typeof cell === "string") return cut(cell, cell.length);
  if (!(cell instanceof Uint8Array)) return cell;
  return cut(`x'${hex(cell.subarray(0, WIDEST))}'`, cell.length * 2);
}

const widthOf = (row: readonly Cell[]): number =>
  row.reduce<number>((sum, cell) => sum + String(cell).length, 0);

/** For people: the first rows in columns, and how many there are more. */
export const tableFormat: Format = async function* ({ columns, batches }, { limit, memoryBytes }) {
  const shown: (readonly Cell[])[] = [];
  let [count, widest] = [0, 0];
  for await (const batch of batches) {
    for (const row of batch.slice(0, Math.max(0, limit - count))) {
      const cells = row.map(shownCell);
      shown.push(cells);
      widest = Math.max(widest, widthOf(cells));
    }
    count += batch.length;
    // every line is padded to the widest, and there are several copies
    if (shown.length * widest > longestValue(memoryBytes)) {
      throw new QueryMemoryError(memoryBytes, "the table is too large");
    }
  }
  yield formatTable(columns, shown);
  if (count > shown.length) {
    yield `${count - shown.length} more; --limit shows more of them, --format csv or another writes all.\n`;
  }
};
