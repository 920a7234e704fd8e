import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { permissionsLike } from "../atomic-file/file-permissions.ts";
import { placeFile } from "../atomic-file/place-file.ts";

/** So many backups are remembered. */
const MOST = 20;
const MAGIC = "SQLite format 3\0";

/** A text file beside the ledger: it has to be readable when the ledger is not. */
const listOf = (database: string): string => `${database}.backups`;

function remembered(database: string): string[] {
  try {
    return readFileSync(listOf(database), "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    return [];
  }
}

/** Puts down where a backup was written. A folder that cannot be written keeps no list, and the backup is as good. */
export function rememberBackup(database: string, file: string): void {
  if (file.includes("\n") || isFoundBeside(database, file)) return;
  const files = [...remembered(database).filter((each) => each !== file), file].slice(-MOST);
  try {
    const { mode } = permissionsLike(database);
    placeFile(dirname(database), basename(listOf(database)), `${files.join("\n")}\n`, { mode });
  } catch {
    // nothing is lost but a hint
  }
}

/** Whether a search beside the ledger comes upon a file. */
const isFoundBeside = (database: string, file: string): boolean =>
  dirname(file) === dirname(database) && file.endsWith(".db") && file !== database;

/** Files of SQLite beside the ledger, the analysts' copy among them, which is a whole ledger, too. */
function beside(database: string): string[] {
  const folder = dirname(database);
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((file) => isFoundBeside(database, file));
}

/** Whether a file begins as SQLite's do, and is as long as it says (sqlite.org/fileformat.html, 1.3). */
function looksWhole(file: string): boolean {
  const fd = openSync(file, "r");
  try {
    const header = Buffer.alloc(100);
    if (readSync(fd, header, 0, 100, 0) < 100 || header.toString("latin1", 0, 16) !== MAGIC) return false;
    const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
    return header.readUInt32BE(28) * pageSize === statSync(file).size;
  } finally {
    closeSync(fd);
  }
}

/** When a file that could be a backup was written; null where it is none. */
function writtenAt(file: string): number | null {
  try {
    const found = statSync(file);
    return found.isFile() && looksWhole(file) ? found.mtimeMs : null;
  } catch {
    return null;
  }
}

/** The newest backup that is known of: of those that `backup` wrote, and those beside the ledger. Null is none. */
export function newestBackup(database: string): string | null {
  const files = new Set([...remembered(database), ...beside(database)]);
  const found = [...files].flatMap((file) => {
    const at = writtenAt(file);
    return at === null ? [] : [{ file, at }];
  });
  return found.sort((a, b) => b.at - a.at)[0]?.file ?? null;
}

/** What to do about a damaged ledger. */
export function restoreAdvice(database: string): string {
  const backup = newestBackup(database);
  const command = (file: string) =>
    `"nightledger restore ${file} --force", which keeps the damaged file beside it`;
  return backup === null
    ? `No backup is known of here: look for one, and restore it with ${command("FILE")}.`
    : `Restore the newest backup that is known of: ${command(backup)}.`;
}
