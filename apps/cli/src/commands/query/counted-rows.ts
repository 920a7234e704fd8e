import type { QueryRows } from "@nightledger/store/query";

/** Counts rows as they are written. */
export function countedRows(rows: QueryRows): { rows: QueryRows; count: () => number } {
  let count = 0;
  async function* batches() {
    for await (const batch of rows.batches) {
      count += batch.length;
      yield batch;
    }
  }
  return {
    rows: { columns: rows.columns, batches: batches(), close: () => rows.close() },
    count: () => count,
  };
}
