import { sql } from "kysely";
import { Client } from "pg";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { DICTIONARY } from "../dictionary.ts";
import { openLedger } from "../open.ts";
import { recordNight } from "../test-ledger.ts";
import { grantReader } from "./grant-reader.ts";
import { inspectLogin } from "./inspect-login.ts";
import { openTestLogins, type TestLogins } from "./test-logins.ts";

let logins: TestLogins;

beforeEach(async () => {
  logins = await openTestLogins();
});

afterEach(() => logins.remove());

const roleOf = (url: string): string => new URL(url).username;

test("both logins read every view that is for them, and can do nothing else", async () => {
  const nothingElse = { unreadable: [], excess: [] };
  expect(await inspectLogin(logins.analysts, "analysts")).toMatchObject(nothingElse);
  expect(await inspectLogin(logins.audiences, "audiences")).toMatchObject(nothingElse);
});

test("what a login can do beyond reading is found", async () => {
  const role = sql.ref(roleOf(logins.analysts));
  const { db } = logins.ledger;
  await sql`GRANT SELECT ON payload TO ${role}`.execute(db);
  await sql`GRANT INSERT (detail) ON gap TO ${role}`.execute(db);
  await sql`GRANT CREATE ON SCHEMA public TO ${role}`.execute(db);
  await sql`ALTER ROLE ${role} CREATEROLE`.execute(db);
  await sql`REVOKE SELECT ON risk_daily FROM ${role}`.execute(db);
  expect(await inspectLogin(logins.analysts, "analysts")).toEqual({
    role: roleOf(logins.analysts),
    unreadable: ["risk_daily"],
    excess: ["make roles", "make tables in the schema public", "write gap", "read payload"],
  });
});

test("rights survive views that are made anew, and a new view is readable, too", async () => {
  const { db } = logins.ledger;
  await recordNight(logins.ledger, "2026-11-24", { p1: {} });
  // as of another version, which lacked a view
  await db.deleteFrom("view_hash").where("name", "=", "run_failure").execute();
  await sql`DROP VIEW nightledger_audience.run_failure, nightledger_access.run_failure, run_failure`.execute(
    db,
  );
  await (await openLedger(logins.owner)).close();
  for (const [login, kind] of [
    [logins.analysts, "analysts"],
    [logins.audiences, "audiences"],
  ] as const) {
    expect(await inspectLogin(login, kind)).toMatchObject({ unreadable: [], excess: [] });
  }
  const client = new Client({ connectionString: logins.analysts });
  await client.connect();
  for (const { view } of DICTIONARY) await client.query(`SELECT 1 FROM ${view} LIMIT 1`);
  await client.end();
});

test("a second grant changes nothing, not even the password that none is given for", async () => {
  const grant = { role: roleOf(logins.analysts), kind: "analysts", password: null } as const;
  expect(await grantReader(logins.ledger.db, grant)).toEqual({ created: false, leftToDo: [] });
  expect(await inspectLogin(logins.analysts, "analysts")).toMatchObject({ unreadable: [], excess: [] });
});

test("a role that can do more is refused, and gets nothing", async () => {
  const { db } = logins.ledger;
  const owner = { role: roleOf(logins.owner), kind: "analysts", password: null } as const;
  await expect(grantReader(db, owner)).rejects.toThrow("owns the ledger");
  await expect(grantReader(db, { ...owner, role: "nightledger" })).rejects.toThrow("is a superuser");
});

test("a user without CREATEROLE is given the SQL, without a password", async () => {
  const server = new Client({ connectionString: inject("postgresUrl") });
  await server.connect();
  await server.query(`ALTER ROLE ${roleOf(logins.owner)} NOCREATEROLE`);
  await server.end();
  const grant = { role: "not_there_yet", kind: "analysts", password: "canary" } as const;
  const { leftToDo } = await grantReader(logins.ledger.db, grant);
  expect(leftToDo[0]).toBe(
    'CREATE ROLE "not_there_yet" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT',
  );
  expect(leftToDo.join()).not.toContain("canary");
});
