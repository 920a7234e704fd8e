import { readdirSync, readFileSync } from "node:fs";

/** Each process with its parent. */
function parents(): Map<number, number> {
  const found = new Map<number, number>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      found.set(Number(pid), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // it ended meanwhile
    }
  }
  return found;
}

function heldMiB(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** What a process and all that descend from it hold in memory; what several share counts once. MiB, Linux. */
export function treeMemoryMiB(root: number): number {
  const all = parents();
  const isOfTree = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 0; at = all.get(at)) {
      if (at === root) return true;
    }
    return false;
  };
  return [...all.keys()].filter(isOfTree).reduce((sum, pid) => sum + heldMiB(pid), 0);
}
