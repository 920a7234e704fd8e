import { statSync } from "node:fs";

/** Whose a file is, and who may read and write it. What is left out follows the umask and the process's own group. */
export interface FilePermissions {
  /** Permission bits, such as 0o640. */
  mode?: number;
  gid?: number;
  /** Nobody writes it, its owner included. */
  isReadOnly?: boolean;
}

/** A folder can be entered by whoever may read the files in it. */
export const folderMode = (mode: number): number => mode | ((mode & 0o444) >> 2) | 0o300;

const mayGive = (gid: number): boolean =>
  process.getuid?.() === 0 || process.getegid?.() === gid || process.getgroups?.().includes(gid) === true;

/** Those of a file that is there, for a copy of it: where its group cannot be given, the copy is for none. */
export function permissionsLike(path: string): Required<Pick<FilePermissions, "mode">> & FilePermissions {
  const { mode, gid } = statSync(path);
  return mayGive(gid) ? { mode: mode & 0o777, gid } : { mode: mode & 0o707 };
}
