import { DiskFullError } from "./errors.ts";

/**
 * What SQLite says when a disk takes no more: FULL for ENOSPC; a quota or a limit on a file's size shows as a write
 * that fails, and a log that cannot grow as one whose index cannot be made or mapped.
 */
const CODES = new Set([
  "SQLITE_FULL",
  "SQLITE_IOERR_WRITE",
  "SQLITE_IOERR_SHMOPEN",
  "SQLITE_IOERR_SHMSIZE",
  "ENOSPC",
  "EDQUOT",
  "EFBIG",
  // PostgreSQL's disk_full
  "53100",
]);

/** The same as node:sqlite says it: FULL, IOERR_WRITE, … as numbers (https://sqlite.org/rescode.html). */
const NUMBERS = new Map([
  [13, "SQLITE_FULL"],
  [778, "SQLITE_IOERR_WRITE"],
  [4618, "SQLITE_IOERR_SHMOPEN"],
  [4874, "SQLITE_IOERR_SHMSIZE"],
]);

const codeOf = (error: Error): unknown => {
  if ("errcode" in error && typeof error.errcode === "number") return NUMBERS.get(error.errcode);
  return "code" in error ? error.code : undefined;
};

/** The error as a full disk, where it is one; any other as it came. */
export function diskFullOr(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = codeOf(error);
  return typeof code === "string" && CODES.has(code) ? new DiskFullError(code, error) : error;
}
