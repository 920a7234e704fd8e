import type { Format } from "./format.ts";
import { jsonRecord } from "./json-record.ts";

/** A JSON object a line. */
export const ndjsonFormat: Format = async function* ({ columns, batches }) {
  const record = jsonRecord(columns);
  for await (const batch of batches) yield batch.map((row) => `${record(row)}\n`).join("");
};
