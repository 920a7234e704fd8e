import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** `nightledger-browser-`, then who made it: the world its process number counts in, the number, when it began. */
const NAME = /^nightledger-browser-([^-]+)-(\d+)-([^-]+)-/;

/** Where there is no /proc. */
const UNKNOWN = "x";

const worldOf = (): string => {
  try {
    return readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
  } catch {
    return UNKNOWN;
  }
};

/** When a process began, in ticks since the machine started: process numbers are used again. Null when it is gone. */
function beginningOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // the name before it may hold blanks and parentheses
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? UNKNOWN;
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
  if (world !== worldOf() || isAlive(Number(pid), beginning ?? UNKNOWN)) return false;
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === (process.getuid?.() ?? found.uid);
}

/** A folder for a Chromium's profile and temporary files; nobody else can look into it. */
export function makeBrowserFolder(): string {
  const owner = [worldOf(), process.pid, beginningOf(process.pid) ?? UNKNOWN].join("-");
  return mkdtempSync(join(tmpdir(), `nightledger-browser-${owner}-`));
}

/** Removes the folders whose owners were killed before they could. */
export function sweepBrowserFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = NAME.exec(name);
    const folder = join(tmpdir(), name);
    if (owner !== null && isStale(folder, owner)) removeBrowserFolder(folder);
  }
}

/** A Chromium that is just ending may write once more: so it is tried again. */
export function removeBrowserFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
}
