import { createHash } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { openTestLogins, type TestLogins } from "../access/test-logins.ts";
import { openScopedReader } from "../audience/open-scoped-reader.ts";
import { openReader, type Reader } from "../open.ts";
import { type QueryLimits, queryLedger } from "../query.ts";
import { readRows } from "../read-rows.ts";
import { AUDIENCE_NIGHTS, recordAudiences } from "../test-audiences.ts";
import { ATTACKS } from "./attacks.ts";

const LIMITS = { timeoutMs: 20_000 };
/** Slower than any limit of these tests: what is not stopped keeps them waiting. */
const FOR_EVER = 100_000;

let logins: TestLogins;
let owner: Client;
/** One that sees what every role does. */
let superuser: Client;
/** What the ledger is at first, and has to stay. */
let genuine: string;

beforeAll(async () => {
  logins = await openTestLogins();
  await recordAudiences(logins.ledger, ["cobalt", "crimson"]);
  owner = new Client({ connectionString: logins.owner });
  await owner.connect();
  superuser = new Client({ connectionString: inject("postgresUrl") });
  await superuser.connect();
  genuine = await fingerprint();
});

afterAll(async () => {
  await superuser.end();
  await owner.end();
  await logins.remove();
});

/** Everything that is in the database, as one hash: every table's rows, sequences, large objects, settings and rights. */
async function fingerprint(): Promise<string> {
  const { rows: tables } = await owner.query<{ name: string }>(
    `SELECT oid::regclass::text AS name FROM pg_class WHERE relkind IN ('r', 'S') AND relnamespace IN
      (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'nightledger_access'))
      AND oid::regclass::text NOT LIKE '%audience_session%' AND oid::regclass::text NOT LIKE '%audience_member'
      AND oid::regclass::text NOT LIKE '%audience_scope' ORDER BY 1`,
  );
  const contents = tables.map(
    ({ name }) =>
      `SELECT '${name}', md5(string_agg(ROW(t.*)::text, '' ORDER BY ROW(t.*)::text)) FROM ${name} t`,
  );
  const others = [
    "SELECT 'relations', md5(string_agg(relname || relkind::text || COALESCE(relacl::text, ''), '' ORDER BY oid)) FROM pg_class WHERE relkind <> 't' AND relname NOT LIKE 'pg_toast%'",
    "SELECT 'functions', COUNT(*)::text FROM pg_proc",
    "SELECT 'large objects', COUNT(*)::text FROM pg_largeobject_metadata",
    "SELECT 'defaults', md5(string_agg(s::text, '' ORDER BY s::text)) FROM pg_db_role_setting s WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())",
  ];
  const { rows } = await owner.query([...contents, ...others].join(" UNION ALL "));
  return createHash("sha256").update(JSON.stringify(rows)).digest("hex");
}

/** All that comes of it, rows or error. */
async function said(work: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await work(), (_, value) => (typeof value === "bigint" ? String(value) : value));
  } catch (error) {
    return String(error);
  }
}

async function query(url: string, sql: string, limits: QueryLimits = LIMITS): Promise<unknown> {
  const { columns, batches } = await queryLedger(url, { sql }, limits);
  const rows: unknown[] = [];
  for await (const batch of batches) rows.push(...batch);
  return { columns, rows };
}

/** As `query` does once the words are passed, which guard nothing. */
async function queryUnread(url: string, sql: string): Promise<unknown> {
  const { queryPostgres } = await import("../query-postgres.ts");
  const { batches } = await queryPostgres(url, { sql }, LIMITS);
  const rows: unknown[] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}

/** Runs every attack through one door, and returns all that came out of each. */
async function attack(ask: (sql: string) => Promise<unknown>): Promise<string[]> {
  const answers: string[] = [];
  for (const [name, sql] of ATTACKS) answers.push(`${name}: ${await said(() => ask(sql))}`);
  return answers;
}

describe.each(["analysts", "owner"] as const)("as the login of the %s", (login) => {
  test("no attack by a query changes the ledger", async () => {
    const answers = await attack((sql) => queryUnread(logins[login], sql));
    expect(answers).toHaveLength(ATTACKS.length);
    expect(await fingerprint()).toBe(genuine);
  });

  test("no attack by a dataset changes the ledger", async () => {
    const reader = await openReader(logins[login]);
    await attack((sql) => readRows(reader.db, sql, {}));
    await reader.close();
    expect(await fingerprint()).toBe(genuine);
  });
});

test("the analysts' login reads no table", async () => {
  const tables = await owner.query<{ name: string }>(
    "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
  );
  const read: string[] = [];
  for (const { name } of tables.rows) {
    const answer = await said(() => queryUnread(logins.analysts, `SELECT * FROM ${name}`));
    if (!answer.includes("permission denied")) read.push(name);
  }
  expect(tables.rows.length).toBeGreaterThan(40);
  expect(read).toEqual([]);
});

describe("a dataset of an audience, as the audiences' login", () => {
  const filter = { accounts: ["cobalt-corp"] };
  const open = () => openScopedReader(logins.owner, filter, AUDIENCE_NIGHTS[3], { login: logins.audiences });

  /** What of another came out of each attack, or out of the dataset after it. */
  async function leaks(db: Reader["db"]): Promise<string[]> {
    const own = "SELECT DISTINCT account FROM unit_target";
    const found: string[] = [];
    for (const [name, sql] of ATTACKS) {
      const answer = await said(() => readRows(db, sql, {}));
      if (answer.includes("crimson")) found.push(`${name}: ${answer}`);
      // what one dataset has done to its session is no help to the next
      const next = await said(() => readRows(db, own, {}));
      if (next !== '[{"account":"cobalt-corp"}]') found.push(`after ${name}: ${next}`);
    }
    return found;
  }

  test("sees its own, and whatever it tries nothing of another", async () => {
    const reader = await open();
    const found = await leaks(reader.db);
    await reader.close();
    expect(found).toEqual([]);
    expect(await fingerprint()).toBe(genuine);
  });

  test("nor within the one transaction that a report reads in", async () => {
    const reader = await open();
    const found = await reader.db.transaction().execute((tx) => leaks(tx));
    await reader.close();
    expect(found).toEqual([]);
    expect(await fingerprint()).toBe(genuine);
  });

  test("a login without a session sees no row at all", async () => {
    const views = await owner.query<{ name: string }>(
      "SELECT viewname AS name FROM pg_views WHERE schemaname = 'nightledger_audience'",
    );
    const client = new Client({ connectionString: logins.audiences });
    await client.connect();
    const full: string[] = [];
    for (const { name } of views.rows) {
      const { rows } = await client.query(`SELECT * FROM nightledger_audience.${name}`);
      if (JSON.stringify(rows).match(/cobalt|crimson/)) full.push(name);
    }
    await client.end();
    expect(views.rows.length).toBeGreaterThan(50);
    expect(full).toEqual([]);
  });

  test("a session is over with its backend, also where its number is had by another", async () => {
    const client = new Client({ connectionString: logins.audiences });
    await client.connect();
    const { rows } = await client.query("SELECT pg_backend_pid() AS pid");
    await owner.query("BEGIN");
    await owner.query(
      `INSERT INTO nightledger_access.audience_session (pid, backend_started_at) VALUES (${rows[0].pid}, 1)`,
    );
    await owner.query(
      `INSERT INTO nightledger_access.audience_member SELECT s.id, t.id
        FROM nightledger_access.audience_session s, public.target t WHERE s.pid = ${rows[0].pid}`,
    );
    await owner.query("COMMIT");
    const seen = await client.query("SELECT * FROM nightledger_audience.unit_target");
    await client.end();
    await owner.query("DELETE FROM nightledger_access.audience_session");
    expect(seen.rows).toEqual([]);
  });
});

describe("what nobody may do", () => {
  test("the analysts' login ends no connection of the ledger's owner", async () => {
    const kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> current_user";
    expect(await said(() => query(logins.analysts, kill))).toContain("permission denied");
    expect((await owner.query("SELECT 1 AS alive")).rows).toEqual([{ alive: 1 }]);
  });

  test("a notification of a query reaches nobody", async () => {
    const heard: unknown[] = [];
    owner.on("notification", (message) => heard.push(message));
    await owner.query("LISTEN planted");
    for (const url of [logins.owner, logins.analysts]) await query(url, "SELECT pg_notify('planted', 'x')");
    await owner.query("SELECT 1");
    await owner.query("UNLISTEN planted");
    expect(heard).toEqual([]);
  });
});

describe.each(["owner", "analysts"] as const)("a time limit, as the %s", (login) => {
  const working = async () => {
    const { rows } = await superuser.query(
      "SELECT pid FROM pg_stat_activity WHERE query LIKE '%planted_sleep%' AND pid <> pg_backend_pid()",
    );
    return rows;
  };
  const SLEEPS = [
    ["a sleep", `SELECT 'planted_sleep', pg_sleep(${FOR_EVER})`],
    [
      "limits that the first row sets anew, and a sleep in a later one",
      `SELECT 'planted_sleep', CASE WHEN i = 1 THEN set_config('statement_timeout', '0', false)
        WHEN i = 1500 THEN pg_sleep(${FOR_EVER})::text END FROM generate_series(1, 2000) AS i`,
    ],
    [
      "other connections of the role that it ends first",
      `SELECT 'planted_sleep', set_config('statement_timeout', '0', false),
        (SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
          WHERE usename = current_user AND application_name = 'nightledger' AND query NOT LIKE '%planted_sleep%'
            AND state = 'idle' AND pid <> pg_backend_pid() AND xact_start IS NULL AND backend_start > NOW() - INTERVAL '5 s'),
        pg_sleep(${FOR_EVER})`,
    ],
    [
      "an endless recursion",
      "WITH RECURSIVE planted_sleep(i) AS (SELECT 1::bigint UNION ALL SELECT i + 1 FROM planted_sleep) SELECT COUNT(*) FROM planted_sleep",
    ],
  ] as const;

  test.each(SLEEPS)("stops %s, and its backend is gone", async (_, sql) => {
    const limited = query(logins[login], sql, { timeoutMs: 500 });
    await expect(limited).rejects.toThrow("stopped: it had no answer after 0.5 s");
    await vi.waitFor(async () => expect(await working()).toEqual([]));
  });

  test("holds where the caller gives up: no backend goes on", async () => {
    const stop = new AbortController();
    const asked = query(logins[login], `SELECT 'planted_sleep', pg_sleep(${FOR_EVER})`, {
      ...LIMITS,
      signal: stop.signal,
    });
    await vi.waitFor(async () => expect(await working()).toHaveLength(1));
    stop.abort();
    await expect(asked).rejects.toThrow("aborted");
    await vi.waitFor(async () => expect(await working()).toEqual([]));
  });

  test("holds where the rows are not wanted any more: no backend goes on", async () => {
    const sql = `SELECT 'planted_sleep', CASE WHEN i > 1000 THEN pg_sleep(${FOR_EVER}) END FROM generate_series(1, 2000) AS i`;
    const rows = await queryLedger(logins[login], { sql }, LIMITS);
    for await (const _ of rows.batches) break;
    await vi.waitFor(async () => expect(await working()).toEqual([]));
  });
});
