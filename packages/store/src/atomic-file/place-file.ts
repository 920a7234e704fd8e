import { writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { FilePermissions } from "./file-permissions.ts";
import { realFolder } from "./real-folder.ts";
import { TemporaryFile } from "./temporary-file.ts";

/** Puts a file in place below a folder, whole or not at all, and gives its path. @throws UnsafeFolderError */
export function placeFile(
  root: string,
  name: string,
  content: string | Uint8Array,
  permissions: FilePermissions = {},
): string {
  const file = join(realFolder(root, dirname(name), permissions), basename(name));
  const temporary = new TemporaryFile(file, permissions);
  try {
    writeFileSync(temporary.fd, content);
    // a night has thousands, and what is lost of them can be made again
    temporary.place({ isSynced: false });
  } finally {
    temporary.discard();
  }
  return file;
}
