import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FilePermissions } from "../atomic-file/file-permissions.ts";
import { TemporaryFile, temporaryPrefix } from "../atomic-file/temporary-file.ts";

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Removes what processes that were killed left half written beside a file: it is as large as a ledger. */
function removeLeftovers(path: string): void {
  const prefix = temporaryPrefix(path);
  for (const name of readdirSync(dirname(path))) {
    const [, pid] = name.startsWith(prefix)
      ? (/^(\d+)-[0-9a-f]{24}\.part/.exec(name.slice(prefix.length)) ?? [])
      : [];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(dirname(path), name), { force: true });
  }
}

/**
 * Has a file written beside its place by somebody who takes a name, and swaps it in when it is whole and on the disk: a
 * reader of the old one keeps it.
 */
export async function swapIn(
  path: string,
  permissions: FilePermissions,
  write: (temporary: string) => void | Promise<void>,
): Promise<void> {
  removeLeftovers(path);
  const temporary = new TemporaryFile(path, permissions);
  try {
    await write(temporary.path);
    temporary.place();
  } finally {
    temporary.discard();
    for (const end of ["-journal", "-wal", "-shm"]) rmSync(`${temporary.path}${end}`, { force: true });
  }
}
