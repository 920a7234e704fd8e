import type { QueryRows } from "@nightledger/store/query";

/** What the command line asks of a format. */
export interface FormatOptions {
  /** So many rows a table shows. */
  limit: number;
  /** What the query's processes may have in memory together. */
  memoryBytes: number;
  /** Whether a text file begins with a byte order mark. Default false. */
  bom?: boolean;
  /** Hears what a format could not carry over. */
  warn(text: string): void;
}

/** Writes rows as they come, piece by piece: however many there are, few are in memory. */
export type Format = (
  rows: Pick<QueryRows, "columns" | "batches">,
  options: FormatOptions,
) => AsyncIterable<string | Uint8Array>;
