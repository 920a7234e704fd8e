import { Readable } from "node:stream";
import { strFromU8, unzipSync } from "fflate";
import readXlsx from "read-excel-file/node";
import { expect, test } from "vitest";
import { type Sheet, type WorkbookOptions, writeWorkbook } from "./write-workbook.ts";

const bytesOf = async (sheets: Sheet[], options?: WorkbookOptions): Promise<Buffer> =>
  Buffer.concat(await Readable.from(writeWorkbook(sheets, options)).toArray());

test("rows beyond a sheet go on the next", async () => {
  const batches = (async function* () {
    yield [[1n], [2n], [3n]];
    yield [[4n], [5n]];
  })();
  const bytes = await bytesOf([{ name: "Rows", columns: [{ name: "n" }], batches }], { sheetRows: 3 });
  expect(await readXlsx(bytes)).toEqual([
    { sheet: "Rows", data: [["n"], [1], [2]] },
    { sheet: "Rows 2", data: [["n"], [3], [4]] },
    { sheet: "Rows 3", data: [["n"], [5]] },
  ]);
});

test("a date is a date, and what is none stays text", async () => {
  const columns = [{ name: "day", isDate: true }, { name: "other" }];
  const batches = [
    [
      ["2026-11-24", "2026-11-24"],
      ["1900-01-01", null],
      ["=1", 2],
      [null, null],
    ],
  ];
  const [sheet] = await readXlsx(await bytesOf([{ name: "Days", columns, batches }]));
  expect(sheet?.data.slice(1)).toEqual([
    [new Date("2026-11-24T00:00:00Z"), "2026-11-24"],
    ["1900-01-01", null],
    ["=1", 2],
  ]);
});

test("a sheet's name is one that Excel takes, and no other's", async () => {
  const names = ["a/b:c", "A b c", "a b c", "x".repeat(40), `${"x".repeat(31)}yy`, "'quoted'", '<&">', ""];
  const sheets = names.map((name) => ({ name, columns: [{ name: "n" }], batches: [] }));
  expect((await readXlsx(await bytesOf(sheets))).map(({ sheet }) => sheet)).toEqual([
    "a b c",
    "A b c 2",
    "a b c 3",
    "x".repeat(31),
    `${"x".repeat(29)} 2`,
    "quoted",
    '<&">',
    "Sheet",
  ]);
});

test("the same tables are the same bytes", async () => {
  const sheets = () => [{ name: "n", columns: [{ name: "n", width: 9 }], batches: [[[1], ["two"]]] }];
  const bytes = await bytesOf(sheets());
  expect(await bytesOf(sheets())).toEqual(bytes);
  const xml = strFromU8(unzipSync(bytes)["xl/worksheets/sheet1.xml"] ?? new Uint8Array());
  expect(xml).toContain('<cols><col min="1" max="1" width="9" customWidth="1"/></cols>');
});

test("a workbook whose rows end with an error ends with it", async () => {
  async function* batches() {
    yield [["a"]];
    throw new Error("no more rows");
  }
  await expect(bytesOf([{ name: "Rows", columns: [{ name: "x" }], batches: batches() }])).rejects.toThrow(
    "no more rows",
  );
});
