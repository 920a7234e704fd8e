import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Simulator, type SimulatorOptions, startSimulator } from "@nightledger/simulator";
import { type MailServer, startMailServer } from "@nightledger/simulator/mail";
import { Client } from "pg";
import { parse, stringify } from "yaml";
import { type Exit, runHere, startCommand } from "./test-command.ts";
import { newDatabase } from "./test-database.ts";
import { openWire, type Wire } from "./test-wire.ts";
import { writeSimulatorConfig } from "./write-simulator-config.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

/** A worker's process. */
export interface WorkerProcess {
  child: ChildProcess;
  /** What it said on stderr, a JSON object a line. */
  said(): string;
  ended: Promise<number | null>;
}

/** A folder with a configuration, a simulated cloud, a mail server, and a PostgreSQL database that workers share. */
export interface Works {
  folder: string;
  simulator: Simulator;
  mailServer: MailServer;
  configure(settings: object): void;
  command(...args: string[]): Promise<Exit>;
  start(...args: string[]): ReturnType<typeof startCommand>;
  /** Starts a worker, and waits until it takes work. */
  worker(...args: string[]): Promise<WorkerProcess>;
  /** A way to the database that can be cut. */
  wire(): Promise<Wire>;
  rows<T>(sql: string): Promise<T[]>;
  /** Rows of tables that no view shows. */
  tableRows<T>(sql: string): Promise<T[]>;
  close(): Promise<void>;
}

export async function openWorks(world: SimulatorOptions = {}, workers: object = {}): Promise<Works> {
  const folder = mkdtempSync(join(tmpdir(), "nightledger-works-"));
  const file = join(folder, "nightledger.yaml");
  const simulator = await startSimulator({ accounts: 1, projects: 6, limit: null, ...world });
  const mailServer = await startMailServer();
  writeSimulatorConfig(simulator, file, mailServer);
  const place = await newDatabase();
  const owner = place.href;
  const env = { PGPASSWORD: place.password, HOME: process.env.HOME };
  place.password = "";
  const children = new Set<ChildProcess>();
  const wires: Wire[] = [];
  const works: Works = {
    folder,
    simulator,
    mailServer,
    configure(settings) {
      const now = { ...parse(readFileSync(file, "utf8")), ...settings };
      writeFileSync(file, stringify(now, { aliasDuplicateObjects: false }));
    },
    command: (...args) => startCommand(folder, args, env).ended,
    start: (...args) => startCommand(folder, args, env),
    async worker(...args) {
      const child = spawn(process.execPath, [MAIN, "worker", "--log", "json", ...args], {
        cwd: folder,
        env: { PATH: process.env.PATH, ...env },
        stdio: ["ignore", "ignore", "pipe"],
      });
      children.add(child);
      let said = "";
      const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
      await new Promise<void>((resolve, reject) => {
        child.stderr?.on("data", (chunk) => {
          said += chunk;
          if (said.includes('"Ready')) resolve();
        });
        ended.then(() => reject(new Error(`The worker ended: ${said}`)));
      });
      return { child, ended, said: () => said };
    },
    async wire() {
      const wire = await openWire(Number(place.port));
      wires.push(wire);
      const through = new URL(place);
      through.port = String(wire.port);
      const config = { ...parse(readFileSync(file, "utf8")), database: through.href };
      writeFileSync(join(folder, wire.config), stringify(config, { aliasDuplicateObjects: false }));
      return wire;
    },
    async rows<T>(sql: string) {
      const { out, err } = await runHere(folder, ["query", "--format", "json", sql]);
      if (out === "") throw new Error(err);
      return JSON.parse(out) as T[];
    },
    async tableRows<T>(sql: string) {
      const client = new Client({ connectionString: owner });
      await client.connect();
      try {
        return (await client.query(sql)).rows as T[];
      } finally {
        await client.end();
      }
    },
    async close() {
      const ends = [...children].map((child) => {
        if (child.exitCode !== null || child.signalCode !== null) return undefined;
        const gone = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        return gone;
      });
      await Promise.all(ends);
      await Promise.all(wires.map((wire) => wire.close()));
      await Promise.all([simulator.close(), mailServer.close()]);
      rmSync(folder, { recursive: true });
    },
  };
  works.configure({ database: place.href, workers, publish: [] });
  return works;
}
