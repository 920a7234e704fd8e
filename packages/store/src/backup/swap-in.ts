import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

const MARK = ".tmp-";

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Removes what processes that were killed left half written beside a file. */
function removeLeftovers(path: string): void {
  const prefix = basename(path) + MARK;
  for (const name of readdirSync(dirname(path))) {
    const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN;
    if (Number.isInteger(pid) && !isAlive(pid)) rmSync(join(dirname(path), name), { force: true });
  }
}

/** Who may read and write a file. */
export const modeOf = (path: string): number => statSync(path).mode & 0o777;

function sync(path: string, flags: string): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Writes a file beside its place and swaps it in when it is whole and on the disk: at every moment there is the old
 * file or the new one, and a reader of the old one keeps it. `mode` is who may read and write it.
 */
export async function swapIn(
  path: string,
  mode: number,
  write: (temporary: string) => void | Promise<void>,
): Promise<void> {
  removeLeftovers(path);
  const temporary = `${path}${MARK}${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    await write(temporary);
    sync(temporary, "r+");
    chmodSync(temporary, mode);
    renameSync(temporary, path);
  } catch (error) {
    for (const end of ["", "-journal", "-wal", "-shm"]) rmSync(`${temporary}${end}`, { force: true });
    throw error;
  }
  // Windows has no such thing as a folder that is brought to the disk
  if (process.platform !== "win32") sync(dirname(path), "r");
}
