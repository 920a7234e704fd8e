import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * What a Chromium adds to its folder for its socket: `/com.google.ChromeForTesting.XXXXXX/SingletonSocket`, the longest
 * name of those that are built from it.
 */
const SOCKET_CHARACTERS = 52;
/** The longest path that a socket may have, without its final zero byte (unix(7), and the BSDs' unix(4)). */
const SOCKET_PATH_BYTES = process.platform === "linux" ? 107 : 103;

/** Where a folder with this name is short enough for the sockets in it. On Windows sockets are no files. */
export const isShortEnough = (folder: string): boolean =>
  process.platform === "win32" || Buffer.byteLength(folder) + SOCKET_CHARACTERS <= SOCKET_PATH_BYTES;

/**
 * The folders in which a browser's folder may lie, best first: the one for temporary files (TMPDIR), which macOS, CI
 * and a careful administrator make long, then those that are short everywhere. Any of them may be missing or read-only.
 */
export function browserRoots(env: NodeJS.ProcessEnv = process.env): string[] {
  if (process.platform === "win32") return [tmpdir()];
  const own = env.XDG_RUNTIME_DIR ? [env.XDG_RUNTIME_DIR] : [];
  return [...new Set([tmpdir(), "/tmp", "/var/tmp", ...own, "/dev/shm"])];
}

/** The roots in which a folder with this name is short enough, then the others: better a long folder than none. */
export function rootsFor(name: string): string[] {
  const isShort = (root: string) => isShortEnough(join(root, name));
  const roots = browserRoots();
  return [...roots.filter(isShort), ...roots.filter((root) => !isShort(root))];
}
