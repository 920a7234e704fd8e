import { fork, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { OneRun, Told } from "./one-run.ts";

const ONE_RUN = fileURLToPath(new URL("./one-run.ts", import.meta.url));

/** How a run's process ended. */
export interface Ended {
  /** Null when it was killed before it was done, or failed. */
  done: Extract<Told, { done: unknown }> | null;
  /** Why it failed. */
  failed: Extract<Told, { failed: unknown }>["failed"] | null;
  signal: NodeJS.Signals | null;
  stderr: string;
}

/** One run in a process of its own, killed where it is told to end by another. For tests. */
export async function runProcess(
  run: OneRun,
  limits: {
    /** No file of the process may grow beyond; default unlimited. */
    fileKiB?: number;
  } = {},
): Promise<Ended> {
  const { fileKiB } = limits;
  const args = [ONE_RUN, JSON.stringify(run)];
  // what one run has compiled, the next need not
  const env = { ...process.env, NODE_COMPILE_CACHE: join(dirname(run.path), "compiled") };
  const stdio: ["ignore", "ignore", "pipe", "ipc"] = ["ignore", "ignore", "pipe", "ipc"];
  const limited = ["-c", 'ulimit -f "$0" && exec "$@"', String((fileKiB ?? 0) * 2), process.execPath];
  const child =
    fileKiB === undefined
      ? fork(ONE_RUN, args.slice(1), { execArgv: [], env, stdio })
      : spawn("sh", [...limited, ...args], { env, stdio });
  const ended: Ended = { done: null, failed: null, signal: null, stderr: "" };
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    ended.stderr += text;
  });
  child.on("message", (told: Told) => {
    if ("reached" in told) child.kill("SIGKILL");
    else if ("failed" in told) ended.failed = told.failed;
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
