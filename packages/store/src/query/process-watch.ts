import { Worker } from "node:worker_threads";

/** Where the watch writes why it ended its process: a pipe to the parent. */
export const WHY_PIPE = 4;
export const MEMORY_EXCEEDED = "memory";

/** How often memory is looked at. A value grows by some ten MiB meanwhile. */
const LOOK_MS = 10;
const PARENT_LOOKS = 50;

/**
 * The watch's own program. It counts what two processes have in memory and in swap where the kernel says so (Linux),
 * elsewhere what this one has; and it ends with its parent, of which the main thread may never hear.
 */
const program = (parent: number, memoryBytes: number): string => `
  const { readFileSync, writeSync } = require("node:fs");
  const taken = (pid) => {
    let sum = 0;
    for (const [, kib] of readFileSync("/proc/" + pid + "/status", "utf8").matchAll(/^Vm(?:RSS|Swap):\\s+(\\d+) kB$/gm))
      sum += Number(kib) * 1024;
    return sum;
  };
  const all = () => {
    try {
      return taken("self") + taken(${parent});
    } catch {
      return process.memoryUsage.rss();
    }
  };
  let looks = 0;
  setInterval(() => {
    looks += 1;
    if (looks % ${PARENT_LOOKS} === 0 && process.ppid !== ${parent}) process.kill(process.pid, "SIGKILL");
    if (all() <= ${memoryBytes}) return;
    try {
      writeSync(${WHY_PIPE}, ${JSON.stringify(MEMORY_EXCEEDED)});
    } finally {
      process.kill(process.pid, "SIGKILL");
    }
  }, ${LOOK_MS})`;

/**
 * Watches this process from a thread of its own, since the main one may be within SQLite for as long as it likes. It
 * kills the process when it and its parent take more than their memory, and when the parent is gone.
 */
export function watchProcess(parent: number, memoryBytes: number): void {
  new Worker(program(parent, memoryBytes), { eval: true }).unref();
}
