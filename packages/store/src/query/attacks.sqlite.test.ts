import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { queryLedger } from "../query.ts";
import { openTestLedger, type TestLedger } from "../test-engines.ts";
import { recordNight } from "../test-ledger.ts";

/** Whatever is tried through a query, the file keeps its bytes, and nothing but views comes out. */
const MEMORY = 1024 * 2 ** 20;
const ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";
const columns = (expression: string, count: number) => Array(count).fill(expression).join(", ");

let opened: TestLedger;

beforeAll(async () => {
  opened = await openTestLedger("sqlite");
  await recordNight(opened.ledger, "2026-11-24", { p1: {}, p2: {} });
  await opened.ledger.close();
});

afterAll(() => opened.remove());

const hash = () => createHash("sha256").update(readFileSync(opened.url)).digest("hex");
const strangers = () =>
  readdirSync(dirname(opened.url)).filter((name) => !name.startsWith(basename(opened.url)));

async function outcome(sql: string, timeoutMs = 60_000): Promise<unknown> {
  try {
    const { batches } = await queryLedger(opened.url, { sql }, { timeoutMs, memoryBytes: MEMORY });
    const rows: unknown[] = [];
    for await (const batch of batches) rows.push(...batch);
    return rows;
  } catch (error) {
    return (error as Error).name;
  }
}

const WRITES = [
  "DELETE FROM night",
  "WITH x AS (SELECT 1) DELETE FROM night",
  "WITH x AS (SELECT 1) INSERT INTO night SELECT 'x', 1",
  "WITH x AS (SELECT 1) UPDATE night SET day_number = 0 RETURNING *",
  "WITH x AS (SELECT 1) REPLACE INTO night VALUES ('x', 1) RETURNING *",
  "WITH x AS (SELECT 1) DELETE FROM risk_daily RETURNING *",
  "SELECT * FROM (DELETE FROM night RETURNING *)",
  "SELECT 1; DELETE FROM night",
  "SELECT ';' /* ; */; -- ;\n DELETE FROM night",
  "/* /* */ DELETE FROM night -- */",
  "SELECT 1 -- \n; COMMIT; DELETE FROM night",
  "SELECT $$'$$; COMMIT; DELETE FROM night; SELECT $$fine$$",
  "SELECT E'\\''; COMMIT; DELETE FROM night; --'",
  "SELECT 1\0; DELETE FROM night",
  "EXPLAIN DELETE FROM night",
  "EXPLAIN QUERY PLAN DELETE FROM night",
  "EXPLAIN ATTACH 'other.db' AS other",
  "ATTACH 'other.db' AS other",
  "DETACH main",
  "VACUUM INTO 'other.db'",
  "PRAGMA writable_schema = ON",
  "PRAGMA query_only = OFF",
  "EXPLAIN PRAGMA query_only = OFF",
  "PRAGMA journal_mode = DELETE",
  "CREATE TEMP TABLE x (y)",
  "CREATE TEMP VIEW risk_daily AS SELECT 1",
  "CREATE VIRTUAL TABLE temp.x USING fts5(y)",
  "BEGIN IMMEDIATE",
  "SAVEPOINT x",
  "REINDEX",
  "ANALYZE",
  "ALTER TABLE night RENAME TO day",
];

const PRIVATE = [
  "SELECT * FROM night",
  "SELECT * FROM main.night",
  'SELECT * FROM "main"."night"',
  "SELECT * FROM [main].[night]",
  "SELECT * FROM `main`.`night`",
  "SELECT * FROM 'night'",
  "SELECT * FROM NiGhT",
  "SELECT * FROM/**/main/**/./**/night",
  "SELECT * FROM main\n.\nnight",
  "SELECT * FROM (main.night)",
  "SELECT 1 FROM night",
  "SELECT COUNT(*) FROM target",
  "SELECT rowid FROM snapshot",
  "SELECT _rowid_ FROM payload",
  "SELECT (SELECT MAX(id) FROM target)",
  "SELECT 1 WHERE EXISTS (SELECT 1 FROM target)",
  "SELECT 1 WHERE 1 IN target",
  "SELECT 1 IN (SELECT id FROM main.target)",
  "VALUES ((SELECT MAX(id) FROM target))",
  "SELECT risk_daily.* FROM coverage_daily AS window, main.target AS risk_daily",
  "WITH risk_daily AS (SELECT * FROM main.target) SELECT * FROM risk_daily",
  "WITH risk_daily AS MATERIALIZED (SELECT id FROM target) SELECT * FROM risk_daily",
  "WITH a AS (WITH risk_daily AS (SELECT * FROM target) SELECT * FROM risk_daily) SELECT * FROM a",
  "SELECT * FROM target AS risk_daily",
  "SELECT * FROM risk_daily JOIN target AS latest_risk USING (data_date)",
  "SELECT 1 FROM risk_daily LEFT JOIN main.target t ON t.id = 1",
  "SELECT * FROM risk_daily UNION ALL SELECT * FROM main.target",
  "SELECT 1 FROM risk_daily ORDER BY (SELECT MAX(id) FROM target)",
  "SELECT SUM(score) OVER (ORDER BY (SELECT MAX(id) FROM target)) FROM risk_daily",
  "SELECT COUNT(*) FILTER (WHERE (SELECT 1 FROM target)) FROM risk_daily",
  "SELECT 1 LIMIT (SELECT MAX(id) FROM target)",
  "SELECT * FROM json_each((SELECT MAX(id) FROM target))",
  "SELECT * FROM target NOT INDEXED",
  "EXPLAIN SELECT * FROM target",
  "SELECT name FROM sqlite_schema",
  "SELECT 1 FROM sqlite_master",
  "SELECT COUNT(*) FROM sqlite_temp_schema",
  "SELECT * FROM temp.sqlite_master",
  "WITH x AS (SELECT sql FROM main.sqlite_schema) SELECT * FROM x",
  "SELECT * FROM pragma_table_info('night')",
  "SELECT 1 FROM pragma_database_list",
  "SELECT * FROM pragma_table_list",
  "SELECT * FROM pragma_function_list",
  "SELECT * FROM pragma_query_only(0)",
  "SELECT * FROM dbstat",
  "SELECT COUNT(*) FROM dbstat",
  "SELECT * FROM fts3tokenize",
  "SELECT load_extension('x')",
  "SELECT [load_extension]('x')",
  "SELECT \"load_extension\"('x')",
  "SELECT fts3_tokenizer('simple')",
  "SELECT fts3_tokenizer('x', x'0000000000000000')",
  "SELECT fts5_source_id()",
  "SELECT sqlite_compileoption_get(1)",
  "SELECT sqlite_source_id()",
  "SELECT total_changes()",
  "SELECT * FROM risk_daily WHERE geopoly_area(score)",
];

const UNKNOWN = [
  "SELECT readfile('/etc/passwd')",
  "SELECT writefile('other.db', 'x')",
  "SELECT edit('x')",
  "SELECT * FROM temp.night",
  "SELECT * FROM temp.risk_daily",
  "SELECT * FROM other.night",
  "SELECT * FROM ｎｉｇｈｔ",
  "SELECT * FROM nig\u200bht",
  "SELECT * FROM \\u006eight",
  "SELECT * FROM U&'night'",
  "SELECT * FROM fsdir('.')",
  "SELECT * FROM fts5vocab",
  "SELECT * FROM generate_series(1, 3)",
  "SELECT rowid FROM risk_daily",
  "SELECT * FROM bytecode('SELECT 1')",
  "SELECT query_to_xml('SELECT * FROM night', true, true, '')",
  "TABLE night",
  "SELECT ?",
  "SELECT @x",
  "SELECT $x",
  "SELECT 'a' REGEXP 'b'",
  'SELECT "no column"',
];

const HUGE = [
  `SELECT ${columns("hex(zeroblob(100000000))", 8)}`,
  "SELECT zeroblob(900000000)",
  "SELECT randomblob(900000000)",
  "SELECT printf('%.*c', 900000000, 'x')",
  "SELECT format('%900000000d', 1)",
  "SELECT replace(hex(zeroblob(5000000)), '0', 'xxxxxxxx')",
  `${ENDLESS} SELECT json_group_array(hex(randomblob(1000000))) FROM n`,
  `SELECT ${columns("hex(randomblob(4000000))", 400)}`,
  `SELECT ${columns("hex(randomblob(4000000))", 3)}`,
  `${ENDLESS} SELECT COUNT(*) FROM (SELECT hex(randomblob(1000000)) AS x FROM n ORDER BY x)`,
  `${ENDLESS} SELECT DISTINCT randomblob(1000000) FROM n LIMIT 1 OFFSET 100000`,
  `${ENDLESS} SELECT first_value(randomblob(1000000)) OVER (ORDER BY i ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM n`,
];

test.each(WRITES)("%j changes nothing", async (sql) => {
  const before = hash();
  expect(await outcome(sql)).toMatch(/^Query(Refused)?Error$/);
  expect([hash(), strangers()]).toEqual([before, []]);
});

test.each(PRIVATE)("%j reads nothing that is private", async (sql) => {
  const before = hash();
  expect(await outcome(sql)).toBe("QueryRefusedError");
  expect([hash(), strangers()]).toEqual([before, []]);
});

test.each(UNKNOWN)("%j names nothing that is there", async (sql) => {
  expect(await outcome(sql)).toMatch(/^Query(Refused)?Error$/);
  expect(strangers()).toEqual([]);
});

test.each(HUGE)("%j is stopped by its memory limit", async (sql) => {
  const before = hash();
  expect(await outcome(sql)).toBe("QueryMemoryError");
  expect([hash(), strangers()]).toEqual([before, []]);
});

test.each([
  `${ENDLESS} SELECT COUNT(*) FROM n`,
  `${ENDLESS} SELECT 1 FROM n WHERE i < 0`,
  `${ENDLESS}, m AS MATERIALIZED (SELECT randomblob(1000000) AS x FROM n) SELECT COUNT(*) FROM m a, m b`,
  `${ENDLESS} SELECT group_concat(hex(randomblob(1000000))) FROM n`,
  "SELECT COUNT(*) FROM risk_daily a, risk_daily b WHERE (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n) = a.score",
])("%j is stopped by its time limit", async (sql) => {
  expect(await outcome(sql, 1000)).toBe("QueryTimeoutError");
});

test.each([
  ["SELECT COUNT(*) FROM risk_daily", [[2n]]],
  ["WITH night AS (SELECT COUNT(*) AS n FROM risk_daily) SELECT n FROM night", [[2n]]],
  ["WITH target AS (SELECT 1 AS x) SELECT COUNT(*) FROM target", [[1n]]],
  ["SELECT COUNT(*) FROM main.risk_daily", [[2n]]],
  ["SELECT COUNT(*) FROM [RISK_DAILY] AS main", [[2n]]],
  ["SELECT value FROM json_each('[1, 2]')", [[1n], [2n]]],
  ["SELECT COUNT(*) FROM json_tree('[1, 2]')", [[3n]]],
  ["SELECT 'DELETE FROM night' AS [main.night]", [["DELETE FROM night"]]],
  ["SELECT median(column1) FROM (VALUES (1), (2), (4))", [[2]]],
])("%j is answered", async (sql, rows) => {
  expect(await outcome(sql)).toEqual(rows);
});
