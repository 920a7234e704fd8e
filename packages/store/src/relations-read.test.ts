import { expect, test } from "vitest";
import { relationsRead } from "./relations-read.ts";

test.each([
  ["SELECT 1", []],
  ["SELECT * FROM risk_daily", ["risk_daily"]],
  [
    "select r.score from Risk_Daily as r left join night_daily n on n.data_date = r.data_date",
    ["risk_daily", "night_daily"],
  ],
  ["SELECT * FROM main.night, temp . target", ["main.night", "temp.target"]],
  ['SELECT * FROM "main"."risk_list"', ["main.risk_list"]],
  ["SELECT * FROM a JOIN b ON a.x = b.x, c WHERE a.y IN (SELECT y FROM d)", ["a", "b", "c", "d"]],
  ["SELECT * FROM (SELECT x FROM a) AS s CROSS JOIN (b JOIN c)", ["a", "b", "c"]],
  ["SELECT * FROM a ORDER BY x, y, z", ["a"]],
  ["SELECT * FROM a WHERE x IS DISTINCT FROM y AND EXTRACT(year FROM z) = 1", ["a"]],
  ["SELECT (SELECT MAX(x) FROM a), 'FROM b' -- FROM c\n FROM d", ["a", "d"]],
  ["SELECT * FROM a UNION ALL SELECT * FROM b", ["a", "b"]],
  ["SELECT SUM(x) OVER w, y FROM a WINDOW w AS (PARTITION BY y, z)", ["a"]],
  ["SELECT * FROM json_each('[1]')", ["json_each"]],
  ["SELECT * FROM LATERAL (SELECT 1) AS x, ONLY b", ["b"]],
  // what is defined is no table, but only after that, and only there
  ["WITH s AS (SELECT * FROM a), t (x) AS (SELECT * FROM s) SELECT * FROM s, t", ["a"]],
  ["WITH RECURSIVE n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n) SELECT * FROM n", []],
  ["WITH s AS (SELECT * FROM target), target AS (SELECT 1) SELECT * FROM s", ["target"]],
  ["SELECT (WITH target AS (SELECT 1) SELECT * FROM target), t.* FROM target t", ["target"]],
  ["SELECT * FROM a WINDOW target AS (ORDER BY x) UNION SELECT * FROM target", ["a", "target"]],
])("%s", (sql, relations) => {
  expect(relationsRead(sql)).toEqual(relations);
});
