import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { browserRoots, rootsFor } from "./browser-root.ts";

/** Short, since sockets lie in the folder and their paths may have 107 bytes at most. */
const PREFIX = "nl-browser-";
/** What mkdtemp puts behind a name. */
const RANDOM = "XXXXXX";

/**
 * Behind the prefix the process that made it: the namespace its number counts in, the number, when it began, each to
 * the base of 36.
 */
const NAME = /^nl-browser-([a-z0-9]+)-([a-z0-9]+)-([a-z0-9]+)-/;

/** Where there is no /proc. */
const UNKNOWN = "x";

const short = (digits: string): string => Number(digits).toString(36);

const worldOf = (): string => {
  try {
    return short(readlinkSync("/proc/self/ns/pid").replace(/\D/g, ""));
  } catch {
    return UNKNOWN;
  }
};

/** When a process began, in ticks since the machine started: process numbers are used again. Null when it is gone. */
function beginningOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // the name before it may hold blanks and parentheses
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return ticks === undefined ? UNKNOWN : short(ticks);
  } catch {
    return null;
  }
}

function isAlive(pid: number, beginning: string): boolean {
  if (beginning !== UNKNOWN) return beginningOf(pid) === beginning;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether its maker was of this world, of this user, and is dead. */
function isStale(folder: string, [, world, pid, beginning]: RegExpExecArray): boolean {
  if (world !== worldOf() || isAlive(Number.parseInt(pid ?? "", 36), beginning ?? UNKNOWN)) return false;
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === (process.getuid?.() ?? found.uid);
}

/** How folders made by a process are called, up to what is random. */
export const browserFolderPrefix = (pid: number): string =>
  `${PREFIX}${[worldOf(), pid.toString(36), beginningOf(pid) ?? UNKNOWN].join("-")}-`;

/**
 * Makes a folder for a Chromium's profile, sockets and temporary files. Nobody else can look into it, and it is short
 * wherever TMPDIR is.
 *
 * @throws the first root's error, when no root takes a folder
 */
export function makeBrowserFolder(): string {
  const prefix = browserFolderPrefix(process.pid);
  let first: unknown;
  for (const root of rootsFor(prefix + RANDOM)) {
    try {
      return mkdtempSync(join(root, prefix));
    } catch (error) {
      first ??= error; // missing, read-only, full or somebody else's
    }
  }
  throw first;
}

function namesIn(root: string): string[] {
  try {
    return readdirSync(root);
  } catch {
    return []; // missing, or not ours to read
  }
}

/** Removes the folders whose owners were killed before they could. */
export function sweepBrowserFolders(): void {
  for (const root of browserRoots()) {
    for (const name of namesIn(root)) {
      const owner = NAME.exec(name);
      const folder = join(root, name);
      if (owner !== null && isStale(folder, owner)) removeBrowserFolder(folder);
    }
  }
}

/** A Chromium that is just ending may write once more: so it is tried again. */
export function removeBrowserFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
}
