#!/usr/bin/env node
import { once } from "node:events";
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

// compiled code is kept from start to start, in a folder of this user alone; where it cannot be, nothing is lost but time
const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
enableCompileCache(join(cache, "nightledger", "compiled"));
const [{ run }, { EndInTime }] = await Promise.all([import("./run.ts"), import("./cli/end-in-time.ts")]);

/** Asks on the terminal. What is secret is not shown as it is typed. */
async function ask(question: string, { secret }: { secret: boolean }): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const { Writable } = await import("node:stream");
  if (secret) process.stderr.write(question);
  const output = new Writable({
    write(chunk, _, done) {
      if (!secret) process.stderr.write(chunk);
      done();
    },
  });
  const reader = createInterface({ input: process.stdin, output, terminal: true });
  // a raw terminal hands Ctrl-C to the reader alone
  reader.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    return await reader.question(secret ? "" : question, { signal: ending.signal });
  } finally {
    reader.close();
    if (secret) process.stderr.write("\n");
  }
}

const ending = new EndInTime({
  err: (text) => process.stderr.write(text),
  exit: (status) => process.exit(status),
  isRead: () => process.stdout.writableLength > 0 && !process.stdout.destroyed && !ending.signal.aborted,
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => ending.signalled());
// A reader that goes away (`nightledger query … | head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  write: async (piece) => {
    if (!process.stdout.write(piece)) await once(process.stdout, "drain");
  },
  outInteractive: process.stdout.isTTY === true,
  err: (text) => process.stderr.write(text),
  interactive: process.stderr.isTTY === true,
  ...(process.stdin.isTTY === true && process.stderr.isTTY === true && { ask }),
  env: process.env,
  now: () => new Date(),
  cwd: process.env.INIT_CWD ?? process.cwd(),
  signal: ending.signal,
});
ending.done();
