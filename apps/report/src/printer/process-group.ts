import { readdirSync, readFileSync } from "node:fs";

/** A process that ended and waits for its parent to notice. */
const ENDED = "Z";

/** The process numbers of a group's living members. Empty where there is no /proc. */
function membersOf(group: number): string[] {
  const pids = process.platform === "linux" ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [];
  return pids.filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const [state, , of] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(of) === group && state !== ENDED;
    } catch {
      return false; // it ended meanwhile
    }
  });
}

/** What a group's processes hold in memory that is no file, in MiB. Null where there is no /proc. */
export function groupMemoryMiB(group: number): number | null {
  if (process.platform !== "linux") return null;
  let kiB = 0;
  for (const pid of membersOf(group)) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      for (const [, held] of status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB/gm)) kiB += Number(held);
    } catch {
      // it ended meanwhile
    }
  }
  return kiB / 1024;
}

/** Ends a group of processes at once. That it is gone already is no error. */
export function killGroup(group: number): void {
  try {
    process.kill(process.platform === "win32" ? group : -group, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Whether nothing of a group runs any more. */
export const groupIsGone = (group: number): boolean => membersOf(group).length === 0;
