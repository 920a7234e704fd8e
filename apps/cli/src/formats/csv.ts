import { runsInASpreadsheet } from "@nightledger/report/workbook";
import type { Cell } from "@nightledger/store/query";
import type { Format } from "./format.ts";
import { hex } from "./hex.ts";

/** Quoted where RFC 4180 needs it; "" is an empty text, nothing at all is null. */
function csvText(text: string): string {
  const inert = runsInASpreadsheet(text) ? `'${text}` : text;
  return inert === "" || /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

function csvCell(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "string") return csvText(cell);
  return cell instanceof Uint8Array ? csvText(hex(cell)) : String(cell);
}

/** Comma-separated values, RFC 4180 with line feeds. What a spreadsheet would run begins with an apostrophe. */
export const csvFormat: Format = async function* ({ columns, batches }, { bom = false }) {
  if (bom) yield "\u{feff}";
  yield `${columns.map(csvText).join(",")}\n`;
  for await (const batch of batches) {
    yield batch.map((row) => `${row.map(csvCell).join(",")}\n`).join("");
  }
};
