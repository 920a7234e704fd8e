import { randomUUID } from "node:crypto";
import { Kysely } from "kysely";
import { Client } from "pg";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { connect } from "../open.ts";
import type { Schema } from "../tables.ts";
import { emptyDatabase, openTestLedger, type TestLedger } from "../test-engines.ts";
import { everythingOf } from "../testing/dump-ledger.ts";
import { makeFixture } from "../testing/fixture-ledger.ts";
import { migrateLedger } from "./migrate-ledger.ts";
import { THIS_VERSION, type Version } from "./version.ts";

let opened: TestLedger;
let owner: Client;
let analyst: Client;
/** A login with nothing but what it is granted. */
let ann: string;

async function connectTo(url: string, user?: string): Promise<Client> {
  const place = new URL(url);
  if (user !== undefined) [place.username, place.password] = [user, "for-tests-only"];
  const client = new Client({ connectionString: place.href });
  await client.connect();
  return client;
}

beforeEach(async () => {
  opened = await openTestLedger();
  await opened.ledger.close();
  owner = await connectTo(opened.url);
  ann = `ann_${randomUUID().replaceAll("-", "")}`;
  await owner.query(`CREATE ROLE ${ann} LOGIN PASSWORD 'for-tests-only'`);
  await owner.query(`CREATE SCHEMA audit AUTHORIZATION ${ann}`);
  await owner.query(`GRANT SELECT ON risk_daily, latest_risk, coverage_daily, score_band TO ${ann}`);
  analyst = await connectTo(opened.url, ann);
});
afterEach(async () => {
  await analyst.end();
  await owner.end();
  await opened.remove();
  const server = await connectTo(inject("postgresUrl"));
  await server.query(`DROP ROLE ${ann}`);
  await server.end();
});

/** This version, with other definitions of some views. */
const versionWith = (change: Readonly<Record<string, (select: string) => string>>): Version => ({
  ...THIS_VERSION,
  views: (engine) =>
    THIS_VERSION.views(engine).map(([name, select]) => [name, change[name]?.(select) ?? select]),
});
const appended = (select: string) => `SELECT old.*, 1 AS added FROM (${select}) AS old`;
const prepended = (select: string) => `SELECT 1 AS added, old.* FROM (${select}) AS old`;

const upgrade = (version: Version, lockTimeoutMs = 10_000) =>
  migrateLedger(opened.url, { version, lockTimeoutMs });

async function oidOf(view: string): Promise<number> {
  const { rows } = await owner.query<{ oid: number }>("SELECT $1::regclass::oid AS oid", [view]);
  return rows[0]?.oid as number;
}

async function everything(): Promise<string> {
  const db = new Kysely<Schema>({ dialect: connect(opened.url).dialect });
  try {
    return await everythingOf(db);
  } finally {
    await db.destroy();
  }
}

const rowsOf = async (client: Client, query: string) => (await client.query<object>(query)).rows;

test("a view that gets a column keeps its rights, and what others have made of it", async () => {
  await analyst.query("CREATE VIEW audit.nights AS SELECT data_date FROM public.coverage_daily");
  const [view, nights] = [await oidOf("coverage_daily"), await oidOf("audit.nights")];
  const done = await upgrade(versionWith({ coverage_daily: appended }));
  expect(done?.views).toEqual({ created: [], replaced: ["coverage_daily"], recreated: [], dropped: [] });
  expect(await rowsOf(analyst, "SELECT added FROM coverage_daily")).toEqual([]);
  expect(await rowsOf(analyst, "SELECT data_date FROM audit.nights")).toEqual([]);
  expect([await oidOf("coverage_daily"), await oidOf("audit.nights")]).toEqual([view, nights]);
});

test("a view that has to be created again gets its rights again, and all others stay untouched", async () => {
  await analyst.query("CREATE VIEW audit.nights AS SELECT data_date FROM public.coverage_daily");
  await owner.query(`ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ${ann} WITH GRANT OPTION`);
  await owner.query("ALTER VIEW score_band SET (security_barrier = true)");
  await owner.query("COMMENT ON VIEW score_band IS 'How many, by score'");
  await owner.query("COMMENT ON COLUMN score_band.band IS 'So many'");
  await owner.query("GRANT SELECT (band) ON score_band TO PUBLIC");
  const untouched = await oidOf("coverage_daily");
  const done = await upgrade(versionWith({ score_band: prepended }));
  expect(done?.views).toEqual({ created: [], replaced: [], recreated: ["score_band"], dropped: [] });
  expect(await rowsOf(analyst, "SELECT added FROM score_band")).toHaveLength(5);
  expect(await rowsOf(analyst, "SELECT data_date FROM audit.nights")).toEqual([]);
  expect(await oidOf("coverage_daily")).toBe(untouched);
  const { rows } = await owner.query(
    `SELECT reloptions, relacl::text LIKE '%${ann}=r/%' AS granted, obj_description(oid) AS comment,
       (SELECT attacl::text FROM pg_attribute WHERE attrelid = c.oid AND attname = 'band') AS columns,
       col_description(oid, (SELECT attnum FROM pg_attribute WHERE attrelid = c.oid AND attname = 'band')) AS said
     FROM pg_class c WHERE relname = 'score_band'`,
  );
  expect(rows).toEqual([
    {
      reloptions: ["security_barrier=true"],
      granted: true,
      comment: "How many, by score",
      columns: "{=r/nightledger}",
      said: "So many",
    },
  ]);
});

test("what default privileges would give a view that is created again is not given", async () => {
  await owner.query(`ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ${ann}`);
  await upgrade(versionWith({ payload_storage: prepended }));
  await expect(analyst.query("SELECT * FROM payload_storage")).rejects.toThrow("permission denied");
});

test("views that read a view with other columns are created again with it, and keep their rights", async () => {
  const done = await upgrade(versionWith({ risk_daily: prepended }));
  expect(done?.views.recreated).toEqual(expect.arrayContaining(["risk_daily", "latest_risk"]));
  expect(done?.views.recreated).not.toContain("coverage_daily");
  expect(await rowsOf(analyst, "SELECT added FROM risk_daily")).toEqual([]);
  expect(await rowsOf(analyst, "SELECT score FROM latest_risk")).toEqual([]);
});

test("what others have made of a view that has to go is named with its SQL, and nothing is changed", async () => {
  await analyst.query("CREATE VIEW audit.bands AS SELECT band FROM public.score_band");
  await analyst.query("CREATE MATERIALIZED VIEW audit.kept AS SELECT band FROM audit.bands");
  await analyst.query(
    "CREATE FUNCTION audit.band_rows() RETURNS SETOF public.score_band LANGUAGE sql BEGIN ATOMIC SELECT * FROM public.score_band; END",
  );
  await owner.query("CREATE RULE quiet AS ON INSERT TO score_band DO INSTEAD NOTHING");
  const before = await everything();
  await expect(upgrade(versionWith({ score_band: prepended }))).rejects.toMatchObject({
    name: "BlockedUpgradeError",
    blockers: [
      { name: "view audit.bands", sql: expect.stringContaining("CREATE VIEW audit.bands AS\n SELECT band") },
      { name: "materialized view audit.kept", sql: expect.stringContaining("FROM audit.bands") },
      { name: "function audit.band_rows()", sql: expect.stringContaining("FUNCTION audit.band_rows()") },
      { name: "rule quiet on view score_band", sql: expect.stringContaining("CREATE RULE quiet") },
    ],
  });
  expect(await everything()).toBe(before);
});

/** Refuses a command from within the engine, at the moment it is given. */
const refusing = (tag: string, object: string) => `
  CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_event_trigger_ddl_commands() WHERE ${object}) THEN RAISE 'injected'; END IF;
  END $$;
  CREATE EVENT TRIGGER refuse ON ddl_command_end WHEN TAG IN ('${tag}') EXECUTE FUNCTION refuse()`;

test.each([
  ["CREATE VIEW", "object_identity = 'public.latest_risk'", "view latest_risk"],
  ["GRANT", "true", "the rights on view latest_risk"],
])("a %s that fails leaves views and rights as they were", async (tag, object, step) => {
  await owner.query(refusing(tag, object));
  const before = await everything();
  await expect(upgrade(versionWith({ latest_risk: prepended }))).rejects.toThrow(
    `: ${step} failed (injected)`,
  );
  expect(await everything()).toBe(before);
  expect(await rowsOf(analyst, "SELECT score FROM latest_risk")).toEqual([]);
});

test("an analyst whose query lasts is named, and nothing is changed", async () => {
  await analyst.query("BEGIN");
  await analyst.query("SELECT * FROM score_band");
  const { rows } = await analyst.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  const before = await everything();
  await expect(upgrade(versionWith({ score_band: prepended }), 200)).rejects.toThrow(
    new RegExp(
      `it waited too long for process ${rows[0]?.pid} of ${ann} since 20\\d\\d-.*, which uses it\\. Nothing was changed`,
    ),
  );
  expect(await everything()).toBe(before);
  await analyst.query("COMMIT");
  expect((await upgrade(versionWith({ score_band: prepended })))?.views.recreated).toEqual(["score_band"]);
});

test("a lock that anybody can take holds no upgrade up", async () => {
  await analyst.query("SELECT pg_advisory_lock(5107331)");
  expect((await upgrade(versionWith({ score_band: prepended }), 200))?.views.recreated).toEqual([
    "score_band",
  ]);
  await analyst.query("BEGIN");
  await expect(analyst.query("LOCK TABLE kysely_migration_lock IN ACCESS SHARE MODE")).rejects.toThrow(
    "permission denied",
  );
});

test("a migration in whose way views are keeps their rights, and names views of others", async () => {
  const place = await emptyDatabase();
  const client = await connectTo(place.url);
  try {
    await makeFixture("postgres", "0003-early", place.url);
    await client.query(`GRANT SELECT ON severity_daily TO ${ann}`);
    await client.query("CREATE VIEW mine AS SELECT severity_raw FROM severity_risk");
    await expect(migrateLedger(place.url)).rejects.toMatchObject({
      name: "BlockedUpgradeError",
      blockers: [{ name: "view public.mine" }],
    });
    await client.query("DROP VIEW mine");
    const done = await migrateLedger(place.url);
    expect(done?.views.recreated).toContain("severity_daily");
    const { rows } = await client.query("SELECT has_table_privilege($1, 'severity_daily', 'SELECT') AS may", [
      ann,
    ]);
    expect(rows).toEqual([{ may: true }]);
  } finally {
    await client.end();
    await place.remove();
  }
});
