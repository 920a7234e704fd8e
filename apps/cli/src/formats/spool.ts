import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { Cell } from "@nightledger/store/query";

type Batch = readonly (readonly Cell[])[];

/** Batches that wait in a temporary file to be read again. */
export interface Spool {
  add(batch: Batch): Promise<void>;
  read(): AsyncIterable<Batch>;
  remove(): Promise<void>;
}

/** Opens a file in the folder for temporary files (TMPDIR). Each batch stands there behind its length. */
export async function openSpool(): Promise<Spool> {
  const folder = await mkdtemp(join(tmpdir(), "nightledger-query-"));
  const file = join(folder, "rows");
  const lengths: number[] = [];
  const output = createWriteStream(file, { mode: 0o600 });
  await once(output, "open");
  return {
    async add(batch) {
      const bytes = serialize(batch);
      lengths.push(bytes.length);
      if (!output.write(bytes)) await once(output, "drain");
    },
    async *read() {
      output.end();
      await once(output, "close");
      let start = 0;
      for (const length of lengths) {
        const chunks = await createReadStream(file, { start, end: start + length - 1 }).toArray();
        start += length;
        yield deserialize(Buffer.concat(chunks)) as Batch;
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
