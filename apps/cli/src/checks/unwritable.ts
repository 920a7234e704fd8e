import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** A place, or the closest folder above it that is there. */
export const existing = (place: string): string =>
  existsSync(place) || dirname(place) === place ? place : existing(dirname(place));

/** What keeps a file, or a folder, from being written, with its cure; null is nothing. */
export function unwritable(path: string, kind: "file" | "folder"): string | null {
  const place = existing(path);
  const isFolder = statSync(place).isDirectory();
  if ((place !== path || kind === "folder") && !isFolder) return `${place} is no folder. Name another place.`;
  try {
    accessSync(place, constants.W_OK);
    return null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EROFS")
      return `${place} lies on a file system that is mounted read-only. Mount it for writing, or name another place.`;
    return `${place} cannot be written. Give this user the right to.`;
  }
}
