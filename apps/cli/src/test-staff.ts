import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { newDatabase } from "./test-database.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const { E2E_WORKERS } = process.env;

/** How many workers do the work of the tests, on PostgreSQL; null is one process on SQLite, as it comes. */
export const WORKERS = E2E_WORKERS === undefined || E2E_WORKERS === "" ? null : Number(E2E_WORKERS);
/** Tests of what only a file can be, such as a folder in its place. */
export const IS_FILE = WORKERS === null;

/** A database of its own, and workers that serve it. */
export interface Staff {
  /** With the password. */
  database: string;
  /** What the configuration needs for it. */
  settings: object;
  /** Sees to it that workers with the configuration as it stands are at work, where a verb needs them. */
  work(args: readonly string[]): Promise<void>;
  leave(): Promise<void>;
}

function startWorker(folder: string) {
  const { PATH, HOME, PGPASSWORD } = process.env;
  const child = spawn(process.execPath, [MAIN, "worker", "--log", "json"], {
    cwd: folder,
    env: { PATH, HOME, PGPASSWORD },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let said = "";
  const ready = new Promise<void>((resolve) => {
    child.stderr.on("data", (chunk) => {
      said += chunk;
      if (said.includes('"Ready')) resolve();
    });
  });
  // where the configuration or the database is broken, the command says so, too
  return { child, ended, ready: Promise.race([ready, ended]) };
}

/** Workers for a folder's configuration; null where the tests are for one process on SQLite. */
export async function hireStaff(folder: string): Promise<Staff | null> {
  if (WORKERS === null) return null;
  const url = await newDatabase();
  const database = url.href;
  url.password = "";
  let configuration = "";
  let workers: ReturnType<typeof startWorker>[] = [];
  const leave = async () => {
    for (const { child } of workers) child.kill("SIGKILL");
    await Promise.all(workers.map(({ ended }) => ended));
    workers = [];
  };
  return {
    database,
    settings: { database: url.href, workers: { lapseSeconds: 10, quietMinutes: 0.2 } },
    async work([verb]) {
      if (verb !== "nightly" && verb !== "ingest") return;
      const now = readFileSync(join(folder, "nightledger.yaml"), "utf8");
      if (now === configuration) return;
      configuration = now;
      await leave();
      workers = Array.from({ length: WORKERS }, () => startWorker(folder));
      await Promise.all(workers.map(({ ready }) => ready));
    },
    leave,
  };
}
