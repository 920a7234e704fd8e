import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync } from "node:fs";
import { TemplateError } from "../errors.ts";
import { realPath, requireWithin, type SourceFile } from "./source-file.ts";

const MEBIBYTE = 2 ** 20;
/** Templates, styles, charts, words and queries are written by hand: a larger one is a mistake. */
const TEXT_BYTES = MEBIBYTE;
/** How large a theme's font may be: a Chinese one has some ten mebibytes. */
export const FONT_BYTES = 32 * MEBIBYTE;
/** How large a logo may be: it is in every document. */
export const PICTURE_BYTES = 4 * MEBIBYTE;

const NO_FILE = "is no file but a folder, a pipe, a socket or a device";

/** Where an open file is, if the machine says: what its path leads to may be another one by now. */
function placeOf(descriptor: number): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return null;
  }
}

/** At most `length` bytes: a file that grows meanwhile is read to where it ended. */
function readAtMost(descriptor: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let at = 0;
  while (at < length) {
    const read = readSync(descriptor, bytes, at, length - at, null);
    if (read === 0) break;
    at += read;
  }
  return bytes.subarray(0, at);
}

/** Follows no link and waits for nobody at the other end of a pipe. @throws TemplateError */
function open(path: string, real: string): number {
  // a device may do something when it is opened
  if (!lstatSync(real).isFile()) throw new TemplateError(path, NO_FILE);
  try {
    return openSync(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw new TemplateError(path, `cannot be read: ${(error as Error).message}`, error);
  }
}

/**
 * Reads a file from within its folder. Its links are resolved first; what is then open is looked at again, since a
 * link may have been put there in between.
 *
 * @throws TemplateError where it is not there, leads out of its folder, is no plain file, or is too large
 */
export function readSource(file: SourceFile, maxBytes: number = TEXT_BYTES): Buffer {
  const { path } = file;
  const real = realPath(file);
  if (real === null) throw new TemplateError(path, "there is no such file");
  const descriptor = open(path, real);
  try {
    const found = fstatSync(descriptor);
    if (!found.isFile()) throw new TemplateError(path, NO_FILE);
    requireWithin(file, placeOf(descriptor) ?? realPath(file) ?? "");
    if (found.size > maxBytes)
      throw new TemplateError(path, `has ${found.size} bytes; ${maxBytes} are allowed`);
    return readAtMost(descriptor, found.size);
  } finally {
    closeSync(descriptor);
  }
}

/** @throws TemplateError as `readSource` */
export const readSourceText = (file: SourceFile): string => readSource(file).toString("utf8");
