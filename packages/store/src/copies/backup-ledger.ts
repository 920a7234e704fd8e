import { existsSync } from "node:fs";
import Database from "better-sqlite3";
import { CopyError, DamagedFileError, FileExistsError, NoLedgerError } from "../errors.ts";
import { checkFile } from "./check-file.ts";
import { swapIn } from "./swap-in.ts";

/** So many pages are copied between two looks at the clock and the signal: 4 MiB. */
const PAGES = 1024;

/** How far a copy is, in pages. */
export interface CopyProgress {
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/** Copies a ledger as it is now into a file that is not there yet, whatever is written to it meanwhile. */
export async function copyLedger(from: string, to: string, options: CopyProgress = {}): Promise<void> {
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
 * Copies a ledger into a file, while an ingest may go on writing. The copy is checked before it takes its place.
 *
 * @throws NoLedgerError, FileExistsError unless forced, DamagedFileError, CopyError
 */
export async function backupLedger(
  database: string,
  file: string,
  { force = false, ...progress }: CopyProgress & { force?: boolean } = {},
): Promise<void> {
  if (!existsSync(database)) throw new NoLedgerError(database);
  if (existsSync(file) && !force) throw new FileExistsError(file);
  try {
    await swapIn(file, (temporary) => copyLedger(database, temporary, progress));
  } catch (error) {
    if (error instanceof DamagedFileError || progress.signal?.aborted === true) throw error;
    throw new CopyError("The backup", file, error);
  }
}
