import { chmodSync, chownSync, lstatSync, mkdirSync } from "node:fs";
import { join, normalize, sep } from "node:path";
import { type FilePermissions, folderMode } from "./file-permissions.ts";

/** A folder below the one that is configured is a link, or leads out of it. */
export class UnsafeFolderError extends Error {
  override name = "UnsafeFolderError";
  readonly code = "ELOOP";

  constructor(folder: string) {
    super(
      `${folder} is no folder of its own, but a link or a file. Remove it, and find out who put it there.`,
    );
  }
}

function makeRoot(root: string, { mode, gid }: FilePermissions): void {
  const isNew = mkdirSync(root, { recursive: true }) !== undefined;
  if (!isNew || mode === undefined) return;
  if (gid !== undefined) chownSync(root, -1, gid);
  chmodSync(root, folderMode(mode));
}

/**
 * Makes a folder and those above it where they are not there, and gives its path. The root is the operator's word and
 * may be a link; what lies below it may not, since whoever else writes there could lead the file elsewhere.
 *
 * @throws UnsafeFolderError
 */
export function realFolder(root: string, below: string, permissions: FilePermissions = {}): string {
  makeRoot(root, permissions);
  let folder = root;
  for (const part of normalize(below).split(sep)) {
    if (part === "." || part === "") continue;
    folder = join(folder, part);
    if (part === "..") throw new UnsafeFolderError(folder);
    mkdirSync(folder, { recursive: true });
    if (!lstatSync(folder).isDirectory()) throw new UnsafeFolderError(folder);
  }
  return folder;
}
