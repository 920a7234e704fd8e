export { type FilePermissions, folderMode } from "./file-permissions.ts";
export { placeFile } from "./place-file.ts";
export { realFolder, UnsafeFolderError } from "./real-folder.ts";
export { TemporaryFile } from "./temporary-file.ts";
