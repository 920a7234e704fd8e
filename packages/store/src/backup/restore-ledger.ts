import { copyFileSync, existsSync, linkSync, rmSync, statSync } from "node:fs";
import Database from "better-sqlite3";
import { permissionsLike } from "../atomic-file/file-permissions.ts";
import { DamagedFileError, NoLedgerError, RestoreRefusedError, UnwrittenFileError } from "../errors.ts";
import { openReader } from "../open.ts";
import { copyPages } from "./backup-ledger.ts";
import { checkFile } from "./check-file.ts";
import { swapIn } from "./swap-in.ts";

/** A backup may be read-only; a ledger is not. */
const OWNER_WRITES = 0o200;

/** What became of a restore. */
export interface Restored {
  nights: number;
  /** Where the replaced ledger lies, if it had something that the backup has not; null is not needed. */
  kept: string | null;
}

/** How many snapshots a ledger has of each night. */
function nightsOf(path: string): Map<string, number> {
  const database = new Database(path, { readonly: true, fileMustExist: true, timeout: 10_000 });
  try {
    const rows = database
      .prepare<[], [string, number]>("SELECT data_date, COUNT(*) FROM snapshot GROUP BY data_date ORDER BY 1")
      .raw()
      .all();
    return new Map(rows);
  } finally {
    database.close();
  }
}

/** What would be lost with a ledger, in words; null is nothing. */
function lossOf(database: string, backup: ReadonlyMap<string, number>): string | null {
  // nothing is lost with an empty file
  if (!existsSync(database) || statSync(database).size === 0) return null;
  let nights: Map<string, number>;
  try {
    nights = nightsOf(database);
  } catch (error) {
    return `what it holds cannot be told (${(error as Error).message})`;
  }
  const lost = [...nights].flatMap(([date, count]) => ((backup.get(date) ?? 0) < count ? [date] : []));
  if (lost.length === 0) return null;
  const more = lost.length > 5 ? ` and ${lost.length - 5} more` : "";
  return `it has nights that the backup has not, or not whole: ${lost.slice(-5).join(", ")}${more}`;
}

/** Brings what is in the write-ahead log into the file, which nobody else may have open. A damaged one stays as it is. */
function settle(database: string): void {
  let ledger: Database.Database | undefined;
  try {
    ledger = new Database(database, { fileMustExist: true, timeout: 1000 });
    ledger.pragma("journal_mode = DELETE");
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith("SQLITE_BUSY") === true) {
      throw new RestoreRefusedError(database, "something has it open. Stop it first");
    }
  } finally {
    ledger?.close();
  }
}

function keepAside(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/** Puts the ledger that is there out of the way, so that nothing of it is taken for a part of the new one. */
function retire(database: string, keepAs: string | null): void {
  if (existsSync(database)) settle(database);
  for (const end of ["", "-wal", "-journal"]) {
    if (keepAs !== null && existsSync(database + end)) keepAside(database + end, keepAs + end);
  }
  for (const end of ["-wal", "-shm", "-journal"]) rmSync(database + end, { force: true });
}

/** What a backup has of each night. @throws NoLedgerError, DamagedFileError, UnreadableLedgerError */
async function examined(backup: string): Promise<Map<string, number>> {
  if (!existsSync(backup)) throw new NoLedgerError(backup);
  const reader = await openReader(backup);
  await reader.close();
  const problems = checkFile(backup);
  if (problems.length > 0) throw new DamagedFileError(backup, problems);
  return nightsOf(backup);
}

/** How a backup is put in place. */
export interface RestoreOptions {
  /** Whether nights may be lost; default no. */
  force?: boolean;
  /** What the backup lacks of what was made from the ledger, in words; null is nothing that is known. */
  lacks?: string | null;
  now?: Date;
}

/**
 * Puts a backup in the place of the ledger. With `force` it may lose nights; the replaced ledger is then kept beside.
 *
 * @throws NoLedgerError, DamagedFileError, UnreadableLedgerError, RestoreRefusedError, UnwrittenFileError
 */
export async function restoreLedger(
  backup: string,
  database: string,
  { force = false, lacks = null, now = new Date() }: RestoreOptions = {},
): Promise<Restored> {
  const nights = await examined(backup);
  const loss = lossOf(database, nights);
  if (loss !== null && !force) {
    throw new RestoreRefusedError(database, `${loss}. With --force it is replaced, and kept beside`);
  }
  if (lacks !== null && !force) {
    throw new RestoreRefusedError(
      database,
      `${lacks}. With --force it is put in place, and that is on record`,
    );
  }
  const kept = loss === null ? null : `${database}.replaced-${now.toISOString().replaceAll(/[-:.]/g, "")}`;
  try {
    const like = permissionsLike(existsSync(database) ? database : backup);
    await swapIn(database, { ...like, mode: like.mode | OWNER_WRITES }, async (temporary) => {
      await copyPages(backup, temporary);
      retire(database, kept);
    });
  } catch (error) {
    if (error instanceof RestoreRefusedError) throw error;
    throw new UnwrittenFileError("The ledger", database, error);
  }
  return { nights: nights.size, kept };
}
