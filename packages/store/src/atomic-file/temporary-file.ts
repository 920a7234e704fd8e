import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { FilePermissions } from "./file-permissions.ts";

/** Made here and nowhere else: a link or a file that somebody put there first is refused, not followed. */
const NEW_FILE = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
/** Until it is whole nobody else reads it; then its own mode counts. */
const PRIVATE = 0o600;
const BY_UMASK = 0o666;

/** What a temporary file's name begins with, for all processes; the process's number follows. */
export const temporaryPrefix = (target: string): string => `.${basename(target).slice(0, 40)}.`;

/** Another file lies where a temporary one was made: somebody else writes into the folder. */
class ReplacedFileError extends Error {
  override name = "ReplacedFileError";
  readonly code = "ELOOP";

  constructor(path: string) {
    super(`something else took the place of ${path} while it was written; find out who else writes there`);
  }
}

/** The group of a file could not be set. */
class GroupError extends Error {
  override name = "GroupError";
  readonly code = "EPERM";

  constructor(gid: number, cause: unknown) {
    super(
      `it cannot be given to group ${gid}: this user is no member of it; make it one, or leave group out`,
      {
        cause,
      },
    );
  }
}

/**
 * A file beside its place, that takes the place when it is whole: at every moment there is the old file
 * or the new one. The folder may be one that others write to: its name cannot be guessed, no link is followed, and what
 * lies at the place is replaced, not written through.
 */
export class TemporaryFile {
  readonly path: string;
  readonly fd: number;
  readonly #target: string;
  readonly #permissions: FilePermissions;
  #isOpen = true;

  constructor(target: string, permissions: FilePermissions = {}) {
    const name = `${temporaryPrefix(target)}${process.pid}-${randomBytes(12).toString("hex")}.part`;
    this.path = join(dirname(target), name);
    this.#target = target;
    this.#permissions = permissions;
    this.fd = openSync(this.path, NEW_FILE, permissions.mode === undefined ? BY_UMASK : PRIVATE);
  }

  /** Puts it in its place. Without `isSynced` a machine that goes down may lose it, as any file just written. */
  place({ isSynced = true }: { isSynced?: boolean } = {}): void {
    this.#requireOurs();
    const { gid } = this.#permissions;
    // a new group takes bits of the mode away
    if (gid !== undefined) this.#give(gid);
    fchmodSync(this.fd, this.#mode());
    if (isSynced) fsyncSync(this.fd);
    this.#close();
    renameSync(this.path, this.#target);
    if (isSynced) syncFolder(dirname(this.#target));
  }

  /** Removes it. After `place` there is nothing to remove. */
  discard(): void {
    this.#close();
    rmSync(this.path, { force: true });
  }

  /** Others, such as SQLite, write it by its name: it still has to be the file that was made. */
  #requireOurs(): void {
    const [made, found] = [fstatSync(this.fd, { bigint: true }), lstatSync(this.path, { bigint: true })];
    if (!found.isFile() || found.ino !== made.ino || found.dev !== made.dev || found.nlink !== 1n) {
      throw new ReplacedFileError(this.path);
    }
  }

  #mode(): number {
    const { mode = fstatSync(this.fd).mode & 0o777, isReadOnly = false } = this.#permissions;
    return isReadOnly ? mode & 0o444 : mode;
  }

  #give(gid: number): void {
    if (fstatSync(this.fd).gid === gid) return;
    try {
      fchownSync(this.fd, -1, gid);
    } catch (error) {
      throw new GroupError(gid, error);
    }
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.fd);
    this.#isOpen = false;
  }
}

/** Windows has no such thing as a folder that is brought to the disk. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
