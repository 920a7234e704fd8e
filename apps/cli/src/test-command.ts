import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { run } from "./run.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

/** How a command ended, and what it said. */
export interface Exit {
  status: number | null;
  out: string;
  err: string;
}

/** Starts the command as a user does: a process of its own, in a folder, which sees nothing of ours. */
export function startCommand(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { PATH, PGPASSWORD } = process.env;
  const given = { PATH, ...(PGPASSWORD !== undefined && { PGPASSWORD }), ...env };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: given });
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    said.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    said.err += chunk;
  });
  const ended = new Promise<Exit>((resolve) => child.on("close", (status) => resolve({ status, ...said })));
  return { child, ended };
}

/** The command within this process: what a verb does without the second that a process takes to start. */
export async function runHere(
  cwd: string,
  args: readonly string[],
  now: () => Date = () => new Date(),
  env: NodeJS.ProcessEnv = {},
): Promise<Exit> {
  const said = { out: "", err: "" };
  const status = await run(args, {
    out: (text) => {
      said.out += text;
    },
    write: async (piece) => {
      said.out += piece.toString();
    },
    err: (text) => {
      said.err += text;
    },
    outInteractive: false,
    interactive: false,
    env,
    cwd,
    now,
    signal: new AbortController().signal,
  });
  return { status, ...said };
}
