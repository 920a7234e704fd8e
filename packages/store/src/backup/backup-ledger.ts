import { existsSync } from "node:fs";
import Database from "better-sqlite3";
import { permissionsLike } from "../atomic-file/file-permissions.ts";
import {
  DamagedFileError,
  FileExistsError,
  NoLedgerError,
  UnreadableLedgerError,
  UnwrittenFileError,
} from "../errors.ts";
import { checkFile } from "./check-file.ts";
import { isDamage } from "./damage.ts";
import { rememberBackup, restoreAdvice } from "./known-backups.ts";
import { swapIn } from "./swap-in.ts";

/** So many pages are copied between two looks at the clock and the signal: 4 MiB. */
const PAGES = 1024;

/** How a backup is made. */
export interface BackupOptions {
  /** Overwrite the file if it is there; default no. */
  force?: boolean;
  signal?: AbortSignal;
  /** How far the copy is, in pages. */
  onProgress?: (done: number, total: number) => void;
}

/** Copies a ledger as it is now into a file that is not there yet, whatever is written to it meanwhile. */
export async function copyPages(from: string, to: string, options: BackupOptions = {}): Promise<void> {
  const database = new Database(from, { readonly: true, fileMustExist: true, timeout: 10_000 });
  try {
    // what a transaction sees stands still: without one, every write elsewhere starts the copy anew
    database.exec("BEGIN; SELECT COUNT(*) FROM sqlite_master");
    await database.backup(to, {
      progress({ totalPages, remainingPages }) {
        options.signal?.throwIfAborted();
        options.onProgress?.(totalPages - remainingPages, totalPages);
        return PAGES;
      },
    });
  } finally {
    database.close();
  }
  const copy = new Database(to);
  try {
    // one file, that can be read from a place that cannot be written
    copy.pragma("journal_mode = DELETE");
  } finally {
    copy.close();
  }
  const problems = checkFile(to);
  if (problems.length > 0) throw new DamagedFileError(from, problems);
}

/**
 * Copies a ledger into a file that the same users may read, while an ingest may go on writing. The copy is checked
 * before it takes its place.
 *
 * @throws NoLedgerError, FileExistsError unless forced, DamagedFileError, UnwrittenFileError
 */
export async function backupLedger(
  database: string,
  file: string,
  options: BackupOptions = {},
): Promise<void> {
  if (!existsSync(database)) throw new NoLedgerError(database);
  if (existsSync(file) && options.force !== true) throw new FileExistsError(file);
  try {
    await swapIn(file, permissionsLike(database), (temporary) => copyPages(database, temporary, options));
  } catch (error) {
    if (error instanceof DamagedFileError) {
      throw new DamagedFileError(database, error.problems, restoreAdvice(database));
    }
    if (options.signal?.aborted === true) throw error;
    if (isDamage(error)) throw new UnreadableLedgerError(database, error);
    throw new UnwrittenFileError("The backup", file, error);
  }
  rememberBackup(database, file);
}
