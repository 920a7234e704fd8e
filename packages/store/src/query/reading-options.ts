import type { DatabaseSync } from "node:sqlite";

const BUSY_TIMEOUT_MS = 10_000;
const LONGEST_SQL = 1_000_000;

/** How SQLite opens a file for statements that we did not write. `longestValue` is in bytes. */
export const readingOptions = (
  longestValue: number,
): NonNullable<ConstructorParameters<typeof DatabaseSync>[1]> => ({
  readOnly: true,
  timeout: BUSY_TIMEOUT_MS,
  allowExtension: false,
  defensive: true,
  enableDoubleQuotedStringLiterals: false,
  limits: { attach: 0, length: longestValue, sqlLength: LONGEST_SQL },
});
