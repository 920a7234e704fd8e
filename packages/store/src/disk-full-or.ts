import { DiskFullError } from "./errors.ts";

/**
 * What SQLite says when a disk takes no more: FULL for ENOSPC; a quota or a limit on a file's size shows as a write
 * that fails, and a log that cannot grow as one that cannot be mapped.
 */
const CODES = new Set([
  "SQLITE_FULL",
  "SQLITE_IOERR_WRITE",
  "SQLITE_IOERR_SHMSIZE",
  "ENOSPC",
  "EDQUOT",
  "EFBIG",
]);

/** The error as a full disk, where it is one; any other as it came. */
export function diskFullOr(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  const { code } = error;
  return typeof code === "string" && CODES.has(code) ? new DiskFullError(code, error) : error;
}
