import { expect, test } from "vitest";
import { postgresConnection } from "./postgres-connection.ts";
import { connectable, isLoopback, isPlainRemote, postgresUrlProblem } from "./postgres-url.ts";

const VERIFIED = { rejectUnauthorized: true };
const STRICT = { plainHosts: [], caFile: null };

test.each([
  ["postgres://night@db.example/ledger", VERIFIED],
  ["postgres://night@10.0.0.5:6432/ledger", VERIFIED],
  ["postgres://night@[2001:db8::1]/ledger", VERIFIED],
  ["postgres://night@0.0.0.0/ledger", VERIFIED],
  ["postgres://night@127.0.0.1.evil.example/ledger", VERIFIED],
  ["postgres://night@localhost.evil.example/ledger", VERIFIED],
  ["postgres://night@%31%30.0.0.5/ledger", VERIFIED],
  ["postgres://night@db.example/ledger?sslmode=disable", VERIFIED],
  ["postgres://night@db.example/ledger?ssl=false&host=127.0.0.1", VERIFIED],
  ["postgres://night@localhost/ledger", false],
  ["postgres://night@127.0.0.1:5432/ledger", false],
  ["postgres://night@127.1.2.3/ledger", false],
  ["postgres://night@[::1]/ledger", false],
  ["postgres://night@%2Fvar%2Frun%2Fpostgresql/ledger", false],
])("%s is spoken to with TLS as it has to be", (url, ssl) => {
  expect(postgresConnection(url).ssl).toEqual(ssl);
});

test("a URL without a host goes where PGHOST says, with TLS unless that is this host", () => {
  const before = process.env.PGHOST;
  try {
    process.env.PGHOST = "db.example";
    expect(postgresConnection("postgres:///ledger")).toMatchObject({ host: "db.example", ssl: VERIFIED });
    delete process.env.PGHOST;
    expect(postgresConnection("postgres:///ledger")).toMatchObject({ host: "localhost", ssl: false });
  } finally {
    if (before !== undefined) process.env.PGHOST = before;
  }
});

test("only what a URL names in its place is handed to the driver", () => {
  expect(
    postgresConnection("postgres://ni%40ght@db.example:6432/led%20ger?host=evil&port=1&user=eve"),
  ).toEqual({
    host: "db.example",
    port: 6432,
    user: "ni@ght",
    database: "led ger",
    ssl: VERIFIED,
  });
});

test("a host without TLS has to be named by the operator, and another one is not", () => {
  const trust = { plainHosts: ["db.example"], caFile: null };
  const plain = connectable("postgres://night@DB.example/ledger", trust);
  expect([postgresConnection(plain).ssl, isPlainRemote(plain)]).toEqual([false, true]);
  const other = connectable("postgres://night@db2.example/ledger", trust);
  expect([postgresConnection(other).ssl, isPlainRemote(other)]).toEqual([VERIFIED, false]);
  expect(connectable("postgres://night@localhost/ledger", trust)).toBe("postgres://night@localhost/ledger");
  expect(isPlainRemote(connectable("postgres://night@localhost/ledger", STRICT))).toBe(false);
});

test("what a URL cannot say is told with the setting to use, and no word of the URL", () => {
  const tls =
    "TLS is on, and the certificate is verified, wherever the server is not this host; postgresCa names an authority of your own, allowPlainPostgres a host without TLS";
  const host = "name the server in its place, postgres://user@host:port/database";
  const password = "must not hold the password; give it as PGPASSWORD, or in a PGPASSFILE, as psql takes it";
  const at = (end: string) => postgresUrlProblem(`postgres://night@db.example/ledger${end}`);
  expect(at("")).toBeNull();
  for (const name of ["sslmode", "ssl", "sslrootcert", "sslcert", "sslkey", "sslnegotiation", "tls"]) {
    expect(at(`?${name}=no-verify`)).toBe(`takes no ?${name}=; ${tls}`);
  }
  expect(at("?SSLMODE=disable")).toBe(`takes no ?SSLMODE=; ${tls}`);
  expect(at("?ca=/tmp/evil.pem")).toBe(`takes no ?ca=; ${tls}`);
  for (const name of ["host", "hostaddr", "port", "user"]) {
    expect(at(`?${name}=evil`)).toBe(`takes no ?${name}=; ${host}`);
  }
  expect(at("?options=-csearch_path%3Devil")).toBe("takes no ?options=; leave it out");
  expect(at("?canary%20secret=1")).toBe("takes no parameters; leave it out");
  expect(at("?password=canary")).toBe(password);
  expect(postgresUrlProblem("postgres://night:canary@db.example/ledger")).toBe(password);
  expect(postgresUrlProblem("postgres://no where")).toBe("is no URL, such as postgres://user@host/database");
});

test.each(["localhost.", "127.0.0.1.", "127.1", "2130706433", "[::ffff:127.0.0.1]", "::", "0.0.0.0"])(
  "%s counts as another host: a server that has no certificate for it is refused",
  (host) => expect(isLoopback(host)).toBe(false),
);
