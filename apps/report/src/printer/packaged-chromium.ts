import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const PACKAGE = dirname(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")));

/**
 * The Chromium that comes with the workspace (Linux), unpacked once per version into the user's own cache. The
 * package itself would unpack it to one place in /tmp that all users share: the first one's file would then be
 * the others' to trust.
 */
export async function unpackChromium(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as { version: string };
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const folder = join(cache, "nightledger");
  const file = join(folder, `chromium-${version}`);
  if (existsSync(file)) return file;

  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const partial = `${file}.${process.pid}.partial`;
  try {
    const packed = createReadStream(join(PACKAGE, "bin", "chromium.br"));
    await pipeline(packed, createBrotliDecompress(), createWriteStream(partial, { mode: 0o700 }));
    renameSync(partial, file);
  } finally {
    rmSync(partial, { force: true });
  }
  return file;
}
