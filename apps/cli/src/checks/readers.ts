import { type Stats, statSync } from "node:fs";
import { dirname } from "node:path";

/** Besides its owner: the members of a file's group, or everybody on this machine. */
export type Readers = "group" | "others";

const READ = { group: 0o040, others: 0o004 } as const;
const ENTER = { group: 0o010, others: 0o001 } as const;

export const octal = (mode: number): string => `0${(mode & 0o777).toString(8).padStart(3, "0")}`;

export const mayRead = (mode: number, readers: Readers): boolean => (mode & READ[readers]) !== 0;

export const statOf = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false });

/** Folders above a place, from its own up to the root. */
function* foldersAbove(path: string): Generator<string> {
  for (let at = dirname(path); ; at = dirname(at)) {
    yield at;
    if (dirname(at) === at) return;
  }
}

/** The folder that keeps readers from a file; null lets them through. Members of `gid` may enter as others may not. */
export function shutFolder(path: string, readers: Readers, gid: number): string | null {
  for (const folder of foldersAbove(path)) {
    const found = statOf(folder);
    if (found === undefined) continue;
    const as = readers === "group" && found.gid === gid ? "group" : "others";
    if ((found.mode & ENTER[as]) === 0) return folder;
  }
  return null;
}
