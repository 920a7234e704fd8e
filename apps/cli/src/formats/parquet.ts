import type { Cell } from "@nightledger/store/query";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { asType, type ColumnType, columnType, nothingSeen, see } from "./column-type.ts";
import type { Format } from "./format.ts";
import { openSpool } from "./spool.ts";

const GROUP_ROWS = 20_000;
/** A group of rows is in memory as a whole; with long cells it has fewer. */
const GROUP_SIZE = 16 * 2 ** 20;

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
  let size = 0;
  for await (const batch of batches) {
    for (const row of batch) {
      rows.push(row);
      size += sizeOf(row);
      if (rows.length < GROUP_ROWS && size < GROUP_SIZE) continue;
      yield group(rows);
      rows = [];
      size = 0;
    }
  }
  if (rows.length > 0) yield group(rows);
  parquet.finish();
  yield taken(bytes);
}

const sizeOf = (row: readonly Cell[]): number =>
  row.reduce<number>(
    (sum, cell) => sum + (typeof cell === "string" || cell instanceof Uint8Array ? cell.length : 8),
    0,
  );

/** What is written so far, taken out of the writer, whose buffer is used again. */
function taken(bytes: ByteWriter): Uint8Array {
  const chunk = bytes.getBytes().slice();
  bytes.index = 0;
  return chunk;
}
