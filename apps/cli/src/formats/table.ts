import type { Cell } from "@nightledger/store/query";
import { formatTable } from "../format-table.ts";
import type { Format } from "./format.ts";

/** For people: the first rows in columns, and how many there are more. */
export const tableFormat: Format = async function* ({ columns, batches }, { limit }) {
  const shown: (readonly Cell[])[] = [];
  let count = 0;
  for await (const batch of batches) {
    shown.push(...batch.slice(0, Math.max(0, limit - count)));
    count += batch.length;
  }
  yield formatTable(columns, shown);
  if (count > shown.length) {
    yield `${count - shown.length} more; --limit shows more of them, --format csv or another writes all.\n`;
  }
};
