import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { openLedger } from "./open.ts";
import { planNight } from "./plan-night.ts";
import { type Cell, LATEST_NIGHT, type Query, queryLedger } from "./query.ts";
import { startRun } from "./run.ts";
import { emptyDatabase } from "./test-engines.ts";

const ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1::bigint UNION ALL SELECT i + 1 FROM n)";
const LIMITS = { timeoutMs: 60_000 };

let url: string;

beforeAll(async () => {
  const database = await emptyDatabase();
  url = database.url;
  const ledger = await openLedger(url);
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
  return database.remove;
});

async function ask(query: Query, limits: { timeoutMs: number; signal?: AbortSignal } = LIMITS) {
  const { columns, batches } = await queryLedger(url, query, limits);
  const sizes: number[] = [];
  const rows: (readonly Cell[])[] = [];
  for await (const batch of batches) {
    sizes.push(batch.length);
    rows.push(...batch);
  }
  return { columns, rows, sizes };
}

test("cells are what they are on SQLite: whole numbers exact, null as null, blobs as bytes", async () => {
  const sql = "SELECT 9007199254740993 AS a, 1.5 AS b, NULL AS c, 'x' AS d, '\\x00ff'::bytea AS e, 1 AS a";
  expect(await ask({ sql })).toMatchObject({
    columns: ["a", "b", "c", "d", "e", "a_2"],
    rows: [[9007199254740993n, 1.5, null, "x", Buffer.from([0, 255]), 1n]],
  });
});

test("an answer without rows has its columns, and EXPLAIN has rows", async () => {
  const nothing = await ask({ sql: "SELECT data_date, expected FROM coverage_daily WHERE expected > 9;" });
  expect(nothing).toEqual({ columns: ["data_date", "expected"], rows: [], sizes: [] });
  expect((await ask({ sql: "EXPLAIN SELECT 1" })).rows.length).toBeGreaterThan(0);
});

test("rows come in batches, all of them and in order", async () => {
  const { rows, sizes } = await ask({ sql: `${ENDLESS} SELECT i FROM n LIMIT 2500` });
  expect(sizes).toEqual([1000, 1000, 500]);
  expect(rows).toEqual(Array.from({ length: 2500 }, (_, index) => [BigInt(index + 1)]));
});

test("parameters are bound, never spliced in; the latest night is looked up", async () => {
  const sql =
    "SELECT data_date, ':night' AS text FROM coverage_daily -- :night\n WHERE data_date = :night AND :n = 2 AND CAST(:t AS TEXT) = '''; x'::text";
  const parameters = { night: LATEST_NIGHT, n: 2, t: "'; x" };
  expect((await ask({ sql, parameters })).rows).toEqual([["2026-11-24", ":night"]]);
});

test.each([
  ["WITH gone AS (DELETE FROM gap RETURNING *) SELECT * FROM gone", "cannot be answered: "],
  ["SELECT nextval(pg_get_serial_sequence('run', 'id'))", "in a read-only transaction"],
  ["SELECT * FROM nowhere", 'relation "nowhere" does not exist'],
  ["SELECT set_config('transaction_read_only', 'off', false)", "read-write"],
  ["SELECT 1; SELECT 2", "more than one statement"],
  ["COPY gap TO STDOUT", "only SELECT"],
])("%s is refused, and says why", async (sql, why) => {
  await expect(ask({ sql })).rejects.toThrow(why);
});

test("a query that never yields a row is stopped at its limit", async () => {
  const endless = ask({ sql: `${ENDLESS} SELECT COUNT(*) FROM n` }, { timeoutMs: 300 });
  await expect(endless).rejects.toThrow("stopped: it had no answer after 0.3 s");
});

test("an aborted query ends with the reason of its signal", async () => {
  const signal = AbortSignal.timeout(200);
  const endless = ask({ sql: `${ENDLESS} SELECT COUNT(*) FROM n` }, { ...LIMITS, signal });
  await expect(endless).rejects.toThrow("timeout");
});

test("what was asked for before a query is aborted ends in silence", async () => {
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => unheard.push(reason);
  process.on("unhandledRejection", hear);
  try {
    const stop = new AbortController();
    // the first batch at once, the second one never
    const sql = `${ENDLESS} SELECT i, CASE WHEN i > 1000 THEN pg_sleep(60)::text END FROM n`;
    const { batches } = await queryLedger(url, { sql }, { ...LIMITS, signal: stop.signal });
    stop.abort();
    const read = async () => {
      for await (const _ of batches);
    };
    await expect(read()).rejects.toThrow("aborted");
    await sleep(100);
    expect(unheard).toEqual([]);
  } finally {
    process.off("unhandledRejection", hear);
  }
});

test("a query whose rows take more memory than allowed is stopped", async () => {
  const sql = "SELECT repeat('x', 1000000) FROM generate_series(1, 2000)";
  const read = async () => {
    const { batches } = await queryLedger(url, { sql }, { ...LIMITS, memoryBytes: 2 ** 20 });
    for await (const _ of batches);
  };
  await expect(read()).rejects.toThrow(
    "The query was stopped: it needs more, and its memory limit is 1 MiB.",
  );
});
