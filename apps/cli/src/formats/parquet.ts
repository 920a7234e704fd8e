import type { Cell } from "@nightledger/store/query";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { asType, type ColumnType, columnType, nothingSeen, see } from "./column-type.ts";
import type { Format } from "./format.ts";
import { openSpool } from "./spool.ts";

const GROUP_ROWS = 20_000;

type Rows = (readonly Cell[])[];

const elementOf = (name: string, type: ColumnType) => ({
  name,
  repetition_type: "OPTIONAL" as const,
  ...(type === "STRING" ? { type: "BYTE_ARRAY" as const, converted_type: "UTF8" as const } : { type }),
});

/**
 * Apache Parquet, compressed with Snappy. A column has one type for the whole file while SQLite has one for each
 * cell, so the rows wait in a temporary file until all of them have been seen.
 */
export const parquetFormat: Format = async function* ({ columns, batches }) {
  const spool = await openSpool();
  try {
    const seen = columns.map(nothingSeen);
    for await (const batch of batches) {
      for (const [index, column] of seen.entries()) {
        for (const row of batch) see(column, row[index] ?? null);
      }
      await spool.add(batch);
    }
    yield* written(columns, seen.map(columnType), spool.read());
  } finally {
    await spool.remove();
  }
};

async function* written(
  columns: readonly string[],
  types: readonly ColumnType[],
  batches: AsyncIterable<readonly (readonly Cell[])[]>,
): AsyncIterable<Uint8Array> {
  const bytes = new ByteWriter();
  const schema = [
    { name: "root", num_children: columns.length },
    ...columns.map((name, index) => elementOf(name, types[index] ?? "STRING")),
  ];
  const parquet = new ParquetWriter({ writer: bytes, schema, createdBy: "nightledger" });
  const group = (rows: Rows): Uint8Array => {
    const columnData = columns.map((name, index) => {
      const type = types[index] ?? "STRING";
      return { name, data: rows.map((row) => asType(type, row[index] ?? null)) };
    });
    parquet.write({ columnData, rowGroupSize: GROUP_ROWS });
    return taken(bytes);
  };
  let rows: Rows = [];
  for await (const batch of batches) {
    rows.push(...batch);
    if (rows.length < GROUP_ROWS) continue;
    yield group(rows.slice(0, GROUP_ROWS));
    rows = rows.slice(GROUP_ROWS);
  }
  if (rows.length > 0) yield group(rows);
  parquet.finish();
  yield taken(bytes);
}

/** What is written so far, taken out of the writer, whose buffer is used again. */
function taken(bytes: ByteWriter): Uint8Array {
  const chunk = bytes.getBytes().slice();
  bytes.index = 0;
  return chunk;
}
