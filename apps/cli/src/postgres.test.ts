import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { startMailServer } from "@nightledger/simulator/mail";
import { type PostgresServer, startPostgres } from "@nightledger/store/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Exit, runHere, startCommand } from "./test-command.ts";
import { openWire } from "./test-wire.ts";
import { writeSimulatorConfig } from "./write-simulator-config.ts";

let folder: string;
let simulator: Simulator;
let server: PostgresServer;
/** As the configuration names it, and what is kept out of it. */
let place: string;
let password: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-cli-"));
  simulator = await startSimulator({ accounts: 1, projects: 3, limit: null, date: "2026-11-23" });
  server = await startPostgres();
  const url = new URL(server.urlOf("postgres"));
  password = url.password;
  vi.stubEnv("PGPASSWORD", password);
  url.password = "";
  place = url.href;
  writeSimulatorConfig(simulator, join(folder, "sqlite.yaml"));
  const config = readFileSync(join(folder, "sqlite.yaml"), "utf8");
  writeFileSync(join(folder, "postgres.yaml"), config.replace("./nightledger.db", place));
});

afterAll(async () => {
  await server.stop();
  await simulator.close();
  rmSync(folder, { recursive: true });
});

/** The command, told the password as psql is. */
async function nightledger(...args: string[]): Promise<Exit> {
  const exit = await runHere(folder, args);
  expect(exit.out + exit.err).not.toContain(password);
  return exit;
}

const json = ({ out }: Exit) => JSON.parse(out) as unknown;

test("a ledger outgrows its file: copied into PostgreSQL, it goes on there", async () => {
  const first = await nightledger("ingest", "--config", "sqlite.yaml", "--date", "2026-11-23", "--json");
  expect(json(first)).toMatchObject({ status: "complete", fetched: 3 });

  const copy = await nightledger("copy", "--config", "sqlite.yaml", "--to", place, "--json");
  expect(copy.err).toBe("");
  expect(json(copy)).toMatchObject({ to: place });

  simulator.setDate("2026-11-24");
  const tonight = ["ingest", "--config", "postgres.yaml", "--date", "2026-11-24", "--json"];
  const second = await startCommand(folder, tonight).ended;
  expect(second.err).toBe("");
  expect(json(second)).toMatchObject({ status: "complete", runId: 2, expected: 3, fetched: 3 });
  const again = await nightledger(...tonight);
  expect(json(again)).toMatchObject({ status: "complete", runId: 3, fetched: 0, alreadyFresh: 3 });

  const plan = await nightledger("plan", "--config", "postgres.yaml", "--date", "2026-11-24", "--json");
  expect(json(plan)).toMatchObject({ targets: 3, toFetch: 0 });
  const runs = await nightledger("runs", "--config", "postgres.yaml", "--json");
  expect(json(runs)).toMatchObject([{ run_id: 3 }, { run_id: 2 }, { run_id: 1 }]);
  const sql = "SELECT data_date, fresh FROM coverage_daily ORDER BY data_date";
  const query = await nightledger("query", "--config", "postgres.yaml", "--json", sql);
  expect(json(query)).toEqual([
    { data_date: "2026-11-23", fresh: 3 },
    { data_date: "2026-11-24", fresh: 3 },
  ]);
  const doctor = await nightledger("doctor", "--config", "postgres.yaml", "--json");
  expect(json(doctor)).toMatchObject({ failed: 0 });
  const report = await nightledger("report", "--config", "postgres.yaml", "--json");
  expect(report.status).toBe(0);
});

test("every saved query is answered as it is on SQLite", async () => {
  // the reports of the ledger that went on in PostgreSQL are newer than this one
  const config = readFileSync(join(folder, "sqlite.yaml"), "utf8").replace("./reports", "./reports-of-file");
  writeFileSync(join(folder, "sqlite.yaml"), config);
  const url = new URL(server.urlOf("template1"));
  url.password = "";
  writeFileSync(join(folder, "copied.yaml"), config.replace("./nightledger.db", url.href));
  await nightledger("copy", "--config", "sqlite.yaml", "--to", url.href);
  const list = json(await nightledger("query", "--list", "--json")) as {
    name: string;
    parameters: { name: string; default: string | null }[];
  }[];
  const project = simulator.world.projects[0]?.name ?? "";
  const differ: string[] = [];
  for (const { name, parameters } of list) {
    const given = parameters.filter((one) => one.default === null);
    const params = given.flatMap((one) => ["--param", `${one.name}=${project}`]);
    const ask = ["query", "--saved", name, "--format", "json", ...params];
    const [here, there] = await Promise.all([
      runHere(folder, [...ask, "--config", "sqlite.yaml"]),
      runHere(folder, [...ask, "--config", "copied.yaml"]),
    ]);
    if (here.out !== there.out || there.status !== 0) differ.push(`${name}: ${there.err}`);
  }
  expect(list.length).toBeGreaterThan(13);
  expect(differ).toEqual([]);
});

test("a night on PostgreSQL is recorded, published and delivered once, and a decision about it is kept", async () => {
  const mailServer = await startMailServer({ faults: { dropAfterDot: 1 } });
  try {
    writeSimulatorConfig(simulator, join(folder, "mailed.yaml"), mailServer);
    const config = readFileSync(join(folder, "mailed.yaml"), "utf8").replace("./nightledger.db", place);
    writeFileSync(
      join(folder, "mailed.yaml"),
      `${config}nightly: { material: { points: 100, percent: 100 } }\n`,
    );
    simulator.setDate("2026-11-25");
    const night = ["nightly", "--config", "mailed.yaml", "--date", "2026-11-25"];
    expect((await nightledger(...night)).status).toBe(6);
    expect((await nightledger(...night)).status).toBe(6);
    const to = () => mailServer.mails.map(({ to: [recipient] }) => recipient);
    expect(to()).toEqual(["ciso@example.com", "operators@example.com"]);
    const sql = "SELECT delivery_id, state FROM delivery_history WHERE recipient = 'ciso@example.com'";
    const rows = json(await nightledger("query", "--config", "mailed.yaml", "--json", sql));
    expect(rows).toMatchObject([{ state: "unknown" }]);
    const [{ delivery_id: id }] = rows as [{ delivery_id: number }];
    const resolved = ["deliver", "--config", "mailed.yaml", "--date", "2026-11-25"];
    expect((await nightledger(...resolved, "--resolve", String(id), "--as", "sent")).status).toBe(0);
    expect(to()).toEqual(["ciso@example.com", "operators@example.com"]);
  } finally {
    await mailServer.close();
  }
});

test("what a pooler refuses is not asked of it, and every connection has its settings all the same", async () => {
  const { port } = new URL(place);
  const wire = await openWire(Number(port));
  try {
    const config = readFileSync(join(folder, "postgres.yaml"), "utf8");
    writeFileSync(join(folder, wire.config), config.replace(`:${port}/`, `:${wire.port}/`));
    const sql =
      "SELECT current_setting('default_transaction_read_only') AS reads, current_setting('jit') AS jit, current_setting('statement_timeout') AS time";
    const query = await nightledger("query", "--config", wire.config, "--json", "--timeout", "7s", sql);
    expect(json(query)).toEqual([{ reads: "on", jit: "off", time: "7s" }]);
    expect((await nightledger("plan", "--config", wire.config)).status).toBe(0);
    expect(wire.beginnings.length).toBeGreaterThan(1);
    // PgBouncer takes a user, a database and a name at the start, and refuses `options`
    for (const beginning of wire.beginnings) {
      expect(beginning).toContain("application_name\0nightledger");
      expect(beginning).not.toContain("options\0");
    }
  } finally {
    await wire.close();
  }
});

test("a database that cannot be reached is named, its password is not", async () => {
  const config = readFileSync(join(folder, "postgres.yaml"), "utf8");
  writeFileSync(
    join(folder, "nowhere.yaml"),
    config.replace(/127\.0\.0\.1:\d+\/postgres/, "127.0.0.1:9/nowhere"),
  );
  const { status, err } = await nightledger("ingest", "--config", "nowhere.yaml");
  expect(status).toBe(2);
  expect(err).toContain(
    "The ledger at postgres://nightledger@127.0.0.1:9/nowhere cannot be opened (connect ECONNREFUSED",
  );
});
