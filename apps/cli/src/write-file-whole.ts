import { createWriteStream } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type FilePermissions, realFolder, TemporaryFile } from "@nightledger/store/atomic-file";
import { UsageError } from "./errors.ts";

async function stream(
  pieces: AsyncIterable<string | Uint8Array>,
  { path, fd }: TemporaryFile,
  signal: AbortSignal,
): Promise<void> {
  await pipeline(pieces, createWriteStream(path, { fd, autoClose: false }), { signal });
}

/**
 * Writes pieces to a file that is there whole or not at all.
 *
 * @throws UsageError where the file cannot be written
 */
export async function writeFileWhole(
  file: string,
  pieces: AsyncIterable<string | Uint8Array>,
  { signal, permissions = {} }: { signal: AbortSignal; permissions?: FilePermissions },
): Promise<void> {
  let temporary: TemporaryFile | undefined;
  try {
    temporary = new TemporaryFile(join(realFolder(dirname(file), ""), basename(file)), permissions);
    await stream(pieces, temporary, signal);
    temporary.place();
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (code === undefined || signal.aborted) throw error;
    const why = syscall === undefined ? message : code;
    throw new UsageError(
      `${file} cannot be written (${why}). Check the folder, its permissions and the disk.`,
    );
  } finally {
    temporary?.discard();
  }
}
