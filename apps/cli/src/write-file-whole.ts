import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { UsageError } from "./errors.ts";

/**
 * Writes pieces to a file that is there whole or not at all: they go to a file beside it, which takes its place
 * when all is written and on the disk.
 *
 * @throws UsageError where the file cannot be written
 */
export async function writeFileWhole(
  file: string,
  pieces: AsyncIterable<string | Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const part = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
  try {
    await mkdir(dirname(file), { recursive: true });
    const output = createWriteStream(part, { flush: true });
    await pipeline(pieces, output, { signal });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new UsageError(
      `${file} cannot be written (${code}). Check the folder, its permissions and the disk.`,
    );
  }
}
