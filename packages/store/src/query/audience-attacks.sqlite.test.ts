import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openScopedReader, type ScopedReader } from "../audience/open-scoped-reader.ts";
import { openReader, type Reader } from "../open.ts";
import { readRows } from "../read-rows.ts";
import { AUDIENCE_NIGHTS, recordAudiences } from "../test-audiences.ts";
import { openTestLedger, type TestLedger } from "../test-engines.ts";
import { recordNight } from "../test-ledger.ts";

/** Whatever a dataset's SQL says, an audience's reader shows nothing of another audience, and the file stays. */
let opened: TestLedger;
let cobalt: ScopedReader;
let whole: Reader;

beforeAll(async () => {
  opened = await openTestLedger("sqlite");
  await recordAudiences(opened.ledger, ["cobalt", "crimson"]);
  cobalt = await openScopedReader(opened.url, { accounts: ["cobalt-corp"] }, AUDIENCE_NIGHTS[3]);
  whole = await openReader(opened.url);
});

afterAll(async () => {
  await cobalt.close();
  await whole.close();
  await opened.remove();
});

const hash = () => createHash("sha256").update(readFileSync(opened.url)).digest("hex");

const ATTACKS = [
  "SELECT t.id AS target_id, t.account, t.project_id, t.region, 1 AS score FROM coverage_daily AS window, main.target t",
  "SELECT * FROM main.risk_daily",
  'SELECT * FROM "main"."risk_daily"',
  "SELECT * FROM [main] . [target]",
  "SELECT * FROM `main`.target",
  "SELECT * FROM main/* */./* */target",
  "SELECT * FROM 'main'.'target'",
  "SELECT * FROM target",
  "SELECT * FROM temp.target",
  "SELECT * FROM temp.audience_target",
  "SELECT * FROM audience_identity",
  "SELECT score IS DISTINCT FROM 1 AS distinct_, t.* FROM risk_daily r, main.target t",
  "SELECT (SELECT group_concat(account) FROM main.target) AS x FROM risk_daily",
  "SELECT 1 IN main.target",
  "WITH risk_daily AS (SELECT * FROM main.target) SELECT * FROM risk_daily",
  "WITH x AS (SELECT * FROM main.risk_daily) SELECT * FROM x",
  "SELECT * FROM risk_daily UNION ALL SELECT * FROM main.risk_daily",
  "SELECT * FROM risk_daily r RIGHT JOIN main.risk_daily m ON 1 = 1",
  "SELECT m.* FROM (main.risk_daily) m",
  "SELECT * FROM latest_risk ORDER BY (SELECT account FROM main.target LIMIT 1)",
  "SELECT [a'b] FROM (SELECT 1 AS [a'b]) , main.target --'",
  "SELECT [:night'], * FROM (SELECT 1 AS [:night']), main.target --'",
  "SELECT * FROM risk_daily\0 UNION SELECT * FROM main.target",
  "SELECT 1; SELECT * FROM main.target",
  "SELECT sql FROM sqlite_schema",
  "SELECT sql FROM sqlite_temp_schema",
  "SELECT * FROM pragma_table_list",
  "SELECT * FROM dbstat",
  "SELECT COUNT(*) FROM dbstat",
  "SELECT load_extension('x')",
  "SELECT fts3_tokenizer('simple')",
  "PRAGMA query_only = OFF",
  "EXPLAIN PRAGMA query_only = OFF",
  "DROP VIEW temp.risk_daily",
  "DELETE FROM temp.audience_target",
  "WITH x AS (SELECT 1) DELETE FROM main.gap RETURNING *",
  "WITH x AS (SELECT 1) INSERT INTO temp.audience_target SELECT id FROM main.target RETURNING *",
  "ATTACH 'file:other.db' AS other",
  "BEGIN; DELETE FROM main.gap; COMMIT",
];

describe.each(["an audience", "everybody"])("as %s", (who) => {
  test.each(ATTACKS)("a dataset %j is refused", async (sql) => {
    const before = hash();
    const { db } = who === "an audience" ? cobalt : whole;
    await expect(readRows(db, sql, { night: AUDIENCE_NIGHTS[3] })).rejects.toThrow(
      expect.objectContaining({ name: expect.stringMatching(/^Query(Refused)?Error$|^RangeError$/) }),
    );
    expect(hash()).toBe(before);
  });
});

test.each([
  "SELECT * FROM risk_daily",
  "SELECT * FROM RISK_DAILY AS main",
  "SELECT * FROM temp.risk_daily",
  "WITH target AS (SELECT * FROM risk_daily) SELECT * FROM target",
  "SELECT value FROM json_each((SELECT json_group_array(account) FROM latest_risk))",
  "SELECT * FROM coverage_target_daily WHERE data_date = :night",
])("an audience's dataset %j has rows of its own alone", async (sql) => {
  const rows = JSON.stringify(await readRows(cobalt.db, sql, { night: AUDIENCE_NIGHTS[3] }));
  expect(rows).toContain("cobalt");
  expect(rows).not.toContain("crimson");
});

const ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";
const ROOMY = { timeoutMs: 60_000, memoryBytes: 400 * 2 ** 20 };

test("stops a dataset without an end at its time limit, and answers the next one", async () => {
  const limits = { ...ROOMY, timeoutMs: 500 };
  await expect(readRows(cobalt.db, `${ENDLESS} SELECT COUNT(*) FROM n`, {}, limits)).rejects.toThrow(
    "it had no answer after 0.5 s, its time limit",
  );
  expect(await readRows(cobalt.db, "SELECT 1 AS n", {})).toEqual([{ n: 1 }]);
});

test.each([
  `${ENDLESS} SELECT zeroblob(6000000) AS x FROM n`,
  `${ENDLESS} SELECT hex(zeroblob(3000000)) AS x FROM n ORDER BY x`,
])("stops a dataset that takes too much memory: %s", async (sql) => {
  await expect(readRows(cobalt.db, sql, {}, ROOMY)).rejects.toThrow(
    "it needs more memory than its limit of 400 MiB",
  );
});

test("reads all datasets of a transaction at one moment", async () => {
  const newest = "SELECT MAX(data_date) AS newest FROM risk_daily";
  const later = AUDIENCE_NIGHTS[3].replace(/\d\d$/, "30");
  await whole.db.transaction().execute(async (tx) => {
    const before = await readRows(tx, newest, {});
    await recordNight(opened.ledger, later, { late: {} });
    expect(await readRows(tx, newest, {})).toEqual(before);
  });
  expect(await readRows(whole.db, newest, {})).toEqual([{ newest: later }]);
});
