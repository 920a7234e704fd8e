import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "@nightledger/simulator";
import { localCertificate } from "@nightledger/simulator/mail";
import { type PostgresServer, startPostgres } from "@nightledger/store/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse, stringify } from "yaml";
import { runHere } from "../test-command.ts";
import { writeSimulatorConfig } from "../write-simulator-config.ts";

/** Leads to this host, and counts as another one: what is said to it needs TLS. */
const ELSEWHERE = "0.0.0.0";
const DATE = "2026-11-24";

let folder: string;
let simulator: Simulator;
let server: PostgresServer;
let password: string;
/** As an operator writes it: without the password, at another host. */
let url: string;

const elsewhere = (place: string, end = ""): string => {
  const there = new URL(place);
  there.hostname = ELSEWHERE;
  there.password = "";
  return `${there.href}${end}`;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-tls-"));
  simulator = await startSimulator({ accounts: 1, projects: 2, limit: null, date: DATE });
  const [own, other] = [await localCertificate(ELSEWHERE), await localCertificate("db.example")];
  writeFileSync(join(folder, "own.pem"), own.cert);
  writeFileSync(join(folder, "other.pem"), other.cert);
  server = await startPostgres({ tls: own });
  password = new URL(server.urlOf("postgres")).password;
  vi.stubEnv("PGPASSWORD", password);
  url = elsewhere(server.urlOf("postgres"));
  writeSimulatorConfig(simulator, join(folder, "sqlite.yaml"));
});

afterAll(async () => {
  await server.stop();
  await simulator.close();
  rmSync(folder, { recursive: true });
});

async function nightledger(settings: object, ...args: string[]) {
  const config = { ...parse(readFileSync(join(folder, "sqlite.yaml"), "utf8")), ...settings };
  writeFileSync(join(folder, "nightledger.yaml"), stringify(config));
  const exit = await runHere(folder, args);
  expect(exit.out + exit.err).not.toContain(password);
  return exit;
}

const IN_USE = "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

test("a certificate that nobody vouches for is refused before the password is sent", async () => {
  const { status, err } = await nightledger({ database: url }, "ingest", "--date", DATE);
  expect(status).toBe(2);
  expect(err).toMatch(/cannot be opened \(self-signed certificate/);
});

test("a certificate of another authority is refused", async () => {
  const settings = { database: url, postgresCa: "other.pem" };
  const { status, err } = await nightledger(settings, "ingest", "--date", DATE);
  expect(status).toBe(2);
  expect(err).toMatch(/cannot be opened \(self-signed certificate/);
});

test("with its authority named the ledger is written, read and asked over TLS", async () => {
  const settings = { database: url, postgresCa: "own.pem" };
  const ingested = await nightledger(settings, "ingest", "--date", DATE, "--json");
  expect(JSON.parse(ingested.out)).toMatchObject({ status: "complete", fetched: 2 });
  const asked = await nightledger(settings, "query", "--format", "json", IN_USE);
  expect(JSON.parse(asked.out)).toEqual([{ ssl: 1, version: "TLSv1.3" }]);
  const { out } = await nightledger(settings, "doctor", "--json");
  const { findings } = JSON.parse(out) as { findings: { check: string; subject: string; detail: string }[] };
  expect(findings.find(({ check }) => check === "encryption")).toEqual({
    check: "encryption",
    subject: url,
    status: "ok",
    detail: "Nothing of it crosses a network in clear.",
  });
});

test("a certificate of the right authority and the wrong name is refused", async () => {
  const other = await startPostgres({ tls: await localCertificate("db.example") });
  try {
    writeFileSync(join(folder, "named.pem"), readFileSync(join(folder, "own.pem")));
    const settings = { database: elsewhere(other.urlOf("postgres")), postgresCa: "own.pem" };
    expect((await nightledger(settings, "ingest", "--date", DATE)).err).toMatch(/certificate/);
  } finally {
    await other.stop();
  }
});

test("a server without TLS is refused, until its host is allowed by name, which doctor warns of", async () => {
  const plain = await startPostgres();
  vi.stubEnv("PGPASSWORD", new URL(plain.urlOf("postgres")).password);
  try {
    const database = elsewhere(plain.urlOf("postgres"));
    const refused = await nightledger({ database }, "ingest", "--date", DATE);
    expect(refused.status).toBe(2);
    expect(refused.err).toContain("The server does not support SSL connections");
    const elsewhereAllowed = await nightledger(
      { database, allowPlainPostgres: ["db.example"] },
      "ingest",
      "--date",
      DATE,
    );
    expect(elsewhereAllowed.status).toBe(2);
    const settings = { database, allowPlainPostgres: [ELSEWHERE] };
    expect((await nightledger(settings, "ingest", "--date", DATE)).status).toBe(0);
    const { out } = await nightledger(settings, "doctor");
    expect(out).toContain("! encryption postgres://nightledger@0.0.0.0");
    expect(out).toContain("passwords and every figure cross the network in clear");
  } finally {
    await plain.stop();
    vi.stubEnv("PGPASSWORD", password);
  }
});

test.each([
  "?sslmode=disable",
  "?sslmode=no-verify",
  "?ssl=false",
  "?host=127.0.0.1",
  "?tls=off",
  "?ca=own.pem",
])("%s in the URL undoes nothing: it is refused, of the configuration and of copy", async (end) => {
  const told = await nightledger({ database: `${url}${end}` }, "runs");
  expect(told.status).toBe(2);
  expect(told.err).toContain(`database: takes no ${end.replace(/=.*/, "=")}; `);
  const copied = await nightledger({}, "copy", "--to", `${url}${end}`);
  expect(copied.status).toBe(2);
  expect(copied.err).toContain(`The URL of --to takes no ${end.replace(/=.*/, "=")}; `);
});

test("PGSSLMODE undoes nothing", async () => {
  vi.stubEnv("PGSSLMODE", "disable");
  const { status, err } = await nightledger({ database: url }, "ingest", "--date", DATE);
  vi.stubEnv("PGSSLMODE", undefined);
  expect([status, err.includes("self-signed certificate")]).toEqual([2, true]);
});

test("a password in a URL is refused with the way to give it, and not shown", async () => {
  const way = "must not hold the password; give it as PGPASSWORD, or in a PGPASSFILE, as psql takes it";
  const withPassword = url.replace("nightledger@", `nightledger:${password}@`);
  const told = await nightledger({ database: withPassword }, "runs");
  expect([told.status, told.err.includes(`database: ${way}`)]).toEqual([2, true]);
  const copied = await nightledger({}, "copy", "--to", withPassword);
  expect(copied).toEqual({ status: 2, out: "", err: `nightledger: The URL of --to ${way}.\n` });
  const begun = await nightledger(
    {},
    "init",
    "--config",
    "new.yaml",
    "--yes",
    "--database",
    withPassword,
    "--account",
    "a",
    "--ak",
    "env:A",
    "--sk",
    "env:S",
  );
  expect([begun.status, begun.err]).toEqual([2, `nightledger: The URL of --database ${way}.\n`]);
});

test("copy goes over TLS, too", async () => {
  const { err } = await nightledger({}, "ingest", "--date", DATE);
  expect(err).not.toContain("nightledger:");
  const refused = await nightledger({}, "copy", "--to", url);
  expect([refused.status, refused.err.includes("self-signed certificate")]).toEqual([2, true]);
});

test("an authority that is not there, or no certificate, is told", async () => {
  writeFileSync(join(folder, "no.pem"), "not a certificate");
  const missing = await nightledger({ database: url, postgresCa: "gone.pem" }, "runs");
  expect(missing.err).toContain("postgresCa: file gone.pem cannot be read (ENOENT)");
  const wrong = await nightledger({ database: url, postgresCa: "no.pem" }, "runs");
  expect(wrong.err).toContain("postgresCa: is no certificate in PEM; name the authority's");
});
