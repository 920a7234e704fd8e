export { runsInASpreadsheet } from "./runs-in-a-spreadsheet.ts";
export type { WorkbookCell } from "./workbook-cell.ts";
export { type Sheet, type SheetColumn, type WorkbookOptions, writeWorkbook } from "./write-workbook.ts";
