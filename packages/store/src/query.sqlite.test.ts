import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openLedger } from "./open.ts";
import { planNight } from "./plan-night.ts";
import { type Cell, LATEST_NIGHT, type Query, queryLedger } from "./query.ts";
import { startRun } from "./run.ts";

const ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";
const LIMITS = { timeoutMs: 60_000 };

let folder: string;
let path: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "nightledger-query-test-"));
  path = join(folder, "ledger.db");
  const ledger = await openLedger(path);
  const target = {
    account: "acme",
    region: "ap-southeast-3",
    projectId: "p1",
    projectName: "shop",
    enterpriseProjectId: "all_granted_eps",
  };
  for (const dataDate of ["2026-11-23", "2026-11-24"]) {
    const runId = await startRun(ledger.db, dataDate, new Date("2026-11-24T02:00:00Z"));
    await planNight(ledger, runId, dataDate, [target]);
  }
  await ledger.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

async function ask(query: Query, limits: { timeoutMs: number; signal?: AbortSignal } = LIMITS) {
  const { columns, batches } = await queryLedger(path, query, limits);
  const rows: (readonly Cell[])[] = [];
  for await (const batch of batches) rows.push(...batch);
  return { columns, rows };
}

test("whole numbers come exact and apart from reals, null as null, blobs as bytes", async () => {
  expect(
    await ask({ sql: "SELECT 9007199254740993 AS a, 1.0 AS b, NULL AS c, 'x' AS d, x'00ff' AS e" }),
  ).toEqual({
    columns: ["a", "b", "c", "d", "e"],
    rows: [[9007199254740993n, 1, null, "x", new Uint8Array([0, 255])]],
  });
});

test("columns of one name are told apart", async () => {
  const { columns } = await ask({ sql: "SELECT 1 AS x, 2 AS x, 3 AS x_2, 4 AS x" });
  expect(columns).toEqual(["x", "x_2", "x_2_2", "x_3"]);
});

test("rows come in batches, all of them and in order", async () => {
  const sql = `${ENDLESS} SELECT i FROM n LIMIT 2500`;
  const { batches } = await queryLedger(path, { sql }, LIMITS);
  const sizes: number[] = [];
  let sum = 0n;
  for await (const batch of batches) {
    sizes.push(batch.length);
    for (const [cell] of batch) sum += BigInt(cell as bigint);
  }
  expect(sizes).toEqual([1000, 1000, 500]);
  expect(sum).toBe(3_126_250n);
});

test("long rows come in smaller batches", async () => {
  const { batches } = await queryLedger(
    path,
    { sql: `${ENDLESS} SELECT printf('%.*c', 200000, 'x') FROM n LIMIT 5` },
    LIMITS,
  );
  const sizes: number[] = [];
  for await (const batch of batches) sizes.push(batch.length);
  expect(sizes).toEqual([2, 2, 1]);
});

test("parameters are bound, never spliced in; the latest night is looked up", async () => {
  const parameters = { text: "x' OR 1=1 --", whole: 5n, real: 0.5, none: null, night: LATEST_NIGHT };
  const sql = "SELECT :text, typeof(:whole), typeof(:real), :none, :night";
  expect((await ask({ sql, parameters })).rows).toEqual([
    ["x' OR 1=1 --", "integer", "real", null, "2026-11-24"],
  ]);
});

test.each([
  ["INSERT INTO night VALUES ('x', 1)", "INSERT would change the ledger"],
  ["replace into night values ('x', 1)", "REPLACE would change the ledger"],
  ["/* SELECT */ UPDATE night SET day_number = 1", "UPDATE would change the ledger"],
  ["-- SELECT\nDELETE FROM night", "DELETE would change the ledger"],
  ["DROP TABLE night", "DROP would change the ledger"],
  ["CREATE TEMP TABLE x (y)", "CREATE would change the ledger"],
  ["ATTACH 'x' AS y", "ATTACH would open another file"],
  ["DETACH y", "DETACH would close"],
  ["VACUUM INTO 'x'", "VACUUM would write a file"],
  ["PRAGMA writable_schema = ON", "PRAGMA changes how the ledger is opened"],
  ["EXPLAIN PRAGMA query_only = OFF", "PRAGMA changes how the ledger is opened"],
  ["EXPLAIN QUERY PLAN DELETE FROM night", "DELETE would change the ledger"],
  ["BEGIN", "only SELECT, WITH, VALUES and EXPLAIN"],
  ["SELECT load_extension('x')", "load_extension would run code"],
  ["SELECT [load_extension]('x')", "load_extension would run code"],
  ["SELECT 1; DELETE FROM night", "more than one statement"],
  ["SELECT ';' /* ; */; -- ;\n SELECT 2", "more than one statement"],
  [" ; ", "there is no statement"],
  ["-- nothing", "there is no statement"],
  ["WITH x AS (SELECT 1) DELETE FROM night", "it would change the ledger"],
])("%j is refused", async (sql, why) => {
  await expect(ask({ sql })).rejects.toThrow(
    expect.objectContaining({ name: "QueryRefusedError", message: expect.stringContaining(why) }),
  );
});

test.each([
  "SELECT 'DELETE; DROP' AS \"load_extension x\";",
  "-- why\nSELECT 1 /* ; */ ;;",
  "VALUES (1)",
  "EXPLAIN QUERY PLAN SELECT * FROM risk_daily",
  "EXPLAIN SELECT 1",
  "SELECT COUNT(*) FROM latest_risk",
])("%j is answered", async (sql) => {
  expect((await ask({ sql })).rows).not.toEqual([]);
});

test("what the database cannot answer is told in its words", async () => {
  await expect(ask({ sql: "SELECT * FROM nowhere" })).rejects.toThrow("no such table: nowhere");
  await expect(ask({ sql: "SELECT abs(-9223372036854775807 - 1)" })).rejects.toThrow("integer overflow");
  await expect(ask({ sql: "SELECT :x" })).rejects.toThrow('"x"');
});

test("a query that never yields a row is stopped at its limit", async () => {
  await expect(ask({ sql: `${ENDLESS} SELECT COUNT(*) FROM n` }, { timeoutMs: 100 })).rejects.toThrow(
    "The query was stopped: it had no answer after 0.1 s, its time limit.",
  );
});

test("the time its reader takes is not counted against a query", async () => {
  const limits = { timeoutMs: 20_000 };
  const { batches } = await queryLedger(path, { sql: `${ENDLESS} SELECT i FROM n LIMIT 3000` }, limits);
  let [count, ahead] = [0, 0];
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now() + ahead);
  for await (const batch of batches) {
    count += batch.length;
    ahead += 3_600_000;
  }
  clock.mockRestore();
  expect(count).toBe(3000);
});

test("an aborted query ends with the reason of its signal", async () => {
  const stop = new AbortController();
  const asked = ask({ sql: `${ENDLESS} SELECT COUNT(*) FROM n` }, { ...LIMITS, signal: stop.signal });
  stop.abort(new Error("enough"));
  await expect(asked).rejects.toThrow("enough");
});

test("a file that is no ledger is named", async () => {
  const other = join(folder, "other.db");
  await expect(queryLedger(other, { sql: "SELECT 1" }, LIMITS)).rejects.toThrow("There is no ledger at");
  writeFileSync(other, "this is no database, but it is long enough to look at");
  await expect(queryLedger(other, { sql: "SELECT 1" }, LIMITS)).rejects.toThrow("file is not a database");
});
