import { write } from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { type FilePermissions, realFolder, TemporaryFile } from "@nightledger/store/atomic-file";
import { UsageError } from "./errors.ts";

const writeSome = promisify(write);

/** Not by a stream: one that fails closes the descriptor some time later, when it may be another file's. */
async function writeAll(
  pieces: AsyncIterable<string | Uint8Array>,
  { fd }: TemporaryFile,
  signal: AbortSignal,
): Promise<void> {
  for await (const piece of pieces) {
    signal.throwIfAborted();
    let rest: Uint8Array = Buffer.from(piece);
    while (rest.length > 0) rest = rest.subarray((await writeSome(fd, rest)).bytesWritten);
  }
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
    await writeAll(pieces, temporary, signal);
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
