import { randomUUID } from "node:crypto";
import {
  accessSync,
  constants,
  createReadStream,
  createWriteStream,
  existsSync,
  lstatSync,
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
import { browserRoots } from "./browser-root.ts";

const PACKAGE = dirname(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")));

/**
 * Where it may be unpacked, best first: the user's cache; else, where the home is read-only or there is none, a folder
 * of the user's own among the temporary ones.
 */
function caches(): string[] {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const own = `nightledger-${process.getuid?.() ?? "cache"}`;
  return [join(cache, "nightledger"), ...browserRoots().map((root) => join(root, own))];
}

/** Somebody else could have made a folder of that name before, to have us run what lies in it. */
function requireOwn(folder: string): void {
  const found = lstatSync(folder);
  const isOurs = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
  if (!isOurs) throw new Error(`${folder} can be written by others`);
}

async function unpackInto(folder: string, name: string): Promise<string> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  requireOwn(folder);
  const file = join(folder, name);
  if (!existsSync(file)) {
    const partial = `${file}.${randomUUID()}.partial`;
    try {
      const packed = createReadStream(join(PACKAGE, "bin", "chromium.br"));
      await pipeline(packed, createBrotliDecompress(), createWriteStream(partial, { mode: 0o700 }));
      renameSync(partial, file);
    } finally {
      rmSync(partial, { force: true });
    }
  }
  accessSync(file, constants.X_OK); // a file system may let nothing run
  return file;
}

/**
 * The Chromium that comes with the workspace (Linux), unpacked once per version into the user's own cache. The
 * package itself would unpack it to one place in /tmp that all users share: the first one's file would then be
 * the others' to trust.
 *
 * @throws the first folder's error, when it can be unpacked into none
 */
export async function unpackChromium(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as { version: string };
  let first: unknown;
  for (const folder of caches()) {
    try {
      return await unpackInto(folder, `chromium-${version}`);
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}
