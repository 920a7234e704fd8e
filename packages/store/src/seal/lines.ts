import { createHash } from "node:crypto";
import type { ReadonlyKysely } from "kysely/readonly";
import type { Schema } from "../tables.ts";

/** Tables that rows to be hashed are read from: of a transaction, or of a reader. */
export type TablesOnly = Pick<ReadonlyKysely<Schema>, "selectFrom">;

/** One row, as it is hashed: what it is, then its values, in an order that never changes. */
export type Line = readonly [kind: string, ...values: (string | number | null)[]];

/** So many rows are in memory at once. */
export const PAGE = 1000;

export const hex = (hash: Buffer | null): string | null => (hash === null ? null : hash.toString("hex"));

/** SHA-256 over rows, each a JSON array in a line of its own, and how many they were. */
export async function hashLines(pages: AsyncIterable<readonly Line[]>): Promise<Buffer> {
  const hash = createHash("sha256");
  let count = 0;
  for await (const lines of pages) {
    hash.update(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    count += lines.length;
  }
  return hash.update(String(count)).digest();
}
