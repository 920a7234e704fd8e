import type { Format } from "./format.ts";
import { jsonRecord } from "./json-record.ts";

/** One JSON array, an object a line. */
export const jsonFormat: Format = async function* ({ columns, batches }) {
  const record = jsonRecord(columns);
  let opening = "[\n";
  for await (const batch of batches) {
    yield opening + batch.map(record).join(",\n");
    opening = ",\n";
  }
  yield opening === "[\n" ? "[\n]\n" : "\n]\n";
};
