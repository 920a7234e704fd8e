import { writeWorkbook } from "@nightledger/report/workbook";
import type { Format } from "./format.ts";

/** An Excel workbook; its sheets are called Rows, Rows 2 … */
export const xlsxFormat: Format = ({ columns, batches }, { warn }) =>
  writeWorkbook([{ name: "Rows", columns: columns.map((name) => ({ name })), batches }], { warn });
