import { fork } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { OneRun, Told } from "./one-run.ts";

/** How a run's process ended. */
export interface Ended {
  /** Null when it was killed before it was done. */
  done: Extract<Told, { done: unknown }> | null;
  signal: NodeJS.Signals | null;
  stderr: string;
}

/** One run in a process of its own, killed where it is told to end by another. For tests. */
export async function runProcess(run: OneRun): Promise<Ended> {
  const child = fork(fileURLToPath(new URL("./one-run.ts", import.meta.url)), [JSON.stringify(run)], {
    execArgv: [],
    // what one run has compiled, the next need not
    env: { ...process.env, NODE_COMPILE_CACHE: join(dirname(run.path), "compiled") },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const ended: Ended = { done: null, signal: null, stderr: "" };
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    ended.stderr += text;
  });
  child.on("message", (told: Told) => {
    if ("reached" in told) child.kill("SIGKILL");
    else ended.done = told;
  });
  await new Promise<void>((resolve) => {
    child.once("close", (_, signal) => {
      ended.signal = signal;
      resolve();
    });
  });
  return ended;
}
