import { sql } from "kysely";
import { expect, inject, onTestFinished, test } from "vitest";
import { openTestLedger } from "../../test-engines.ts";
import { checkDefinitions } from "./check-definitions.ts";

const CHANGED = "It is not what this version makes.";
const ADDED = "This version does not make it.";
const GONE = "It is gone.";

async function findingsAfter(statements: readonly string[]): Promise<string[]> {
  const { ledger, url, remove } = await openTestLedger();
  onTestFinished(remove);
  for (const statement of statements) await sql.raw(statement).execute(ledger.db);
  const { findings, notChecked } = await checkDefinitions(url);
  expect(notChecked).toBeNull();
  return findings.map(({ table, key, detail }) => `${table}, ${key}: ${detail}`);
}

test("a ledger of this version has its definitions, and what analysts make of their own is none of them", async () => {
  const own = [
    "CREATE VIEW my_risk AS SELECT * FROM risk_daily",
    "CREATE TABLE my_notes (id integer, note text)",
    "CREATE INDEX my_index ON delivery (recipient, state)",
  ];
  expect(await findingsAfter(own)).toEqual([]);
});

type Case = [what: string, statements: string[], findings: string[]];

const DROPPED_VIEW =
  inject("engine") === "sqlite"
    ? [`delivery_daily, view: ${GONE}`]
    : ["relation", "columns", "view"].map((kind) => `delivery_daily, ${kind}: ${GONE}`);

const BOTH: Case[] = [
  [
    "a cap that is changed",
    ["UPDATE category SET cap = 5 WHERE category = 'alarm'"],
    [`category, rows: ${CHANGED}`],
  ],
  ["an index that is dropped", ["DROP INDEX revision_by_run"], [`revision, index revision_by_run: ${GONE}`]],
  ["a view that is dropped", ["DROP VIEW delivery_daily"], DROPPED_VIEW],
  [
    "a unique index that refuses rows",
    ["CREATE UNIQUE INDEX once ON gap (data_date)"],
    [`gap, index once: ${ADDED}`],
  ],
  [
    "an index of an expression",
    ["CREATE INDEX lowered ON delivery (lower(recipient))"],
    [`delivery, index lowered: ${ADDED}`],
  ],
];

const SQLITE: Case[] = [
  [
    "risk_daily that says 100",
    ["DROP VIEW risk_daily", "CREATE VIEW risk_daily AS SELECT '2026-11-20' AS data_date, 100 AS score"],
    [`risk_daily, view: ${CHANGED}`],
  ],
  [
    "a trigger that deletes gaps",
    ["CREATE TRIGGER quiet AFTER INSERT ON gap BEGIN DELETE FROM gap WHERE target_id = NEW.target_id; END"],
    [`gap, trigger quiet: ${ADDED}`],
  ],
  [
    "a trigger on one of the views",
    ["CREATE TRIGGER instead INSTEAD OF DELETE ON risk_daily BEGIN SELECT 1; END"],
    [`risk_daily, trigger instead: ${ADDED}`],
  ],
  [
    "a table that hides behind a view of its name",
    [
      "PRAGMA legacy_alter_table = ON",
      "ALTER TABLE drift RENAME TO drift_before",
      "CREATE VIEW drift AS SELECT * FROM drift_before WHERE field <> '$.x'",
    ],
    [`drift, table: ${GONE}`, `drift, index sqlite_autoindex_drift_1: ${GONE}`, `drift, view: ${ADDED}`],
  ],
  [
    "a column of somebody else",
    ["ALTER TABLE gap ADD COLUMN excuse text DEFAULT 'none'"],
    [`gap, table: ${CHANGED}`],
  ],
];

/** A view that gives its columns as before, one of them otherwise. */
const REPLACE_RISK_DAILY = `DO $$ DECLARE columns text; BEGIN
  SELECT string_agg(CASE WHEN attname = 'score' THEN format('CAST(100 AS %s) AS score', format_type(atttypid, atttypmod))
      ELSE format('CAST(NULL AS %s) AS %I', format_type(atttypid, atttypmod), attname) END, ', ' ORDER BY attnum)
    INTO columns FROM pg_attribute WHERE attrelid = 'risk_daily'::regclass AND attnum > 0;
  EXECUTE 'CREATE OR REPLACE VIEW risk_daily AS SELECT ' || columns;
END $$`;

const POSTGRES: Case[] = [
  ["risk_daily that says 100", [REPLACE_RISK_DAILY], [`risk_daily, view: ${CHANGED}`]],
  [
    "a trigger that deletes gaps",
    [
      `CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
      "CREATE TRIGGER quiet BEFORE INSERT ON gap FOR EACH ROW EXECUTE FUNCTION quiet()",
    ],
    [`gap, trigger quiet: ${ADDED}`],
  ],
  [
    "a rule that turns deletions into nothing",
    ["CREATE RULE kept AS ON DELETE TO gap DO INSTEAD NOTHING"],
    [`gap, rule kept: ${ADDED}`],
  ],
  [
    "a policy that hides rows",
    ["ALTER TABLE gap ENABLE ROW LEVEL SECURITY", "CREATE POLICY few ON gap USING (attempts < 2)"],
    [`gap, relation: ${CHANGED}`, `gap, policy few: ${ADDED}`],
  ],
  [
    "a table whose rows are read with ours",
    ["CREATE TABLE more_gaps () INHERITS (gap)"],
    [`gap, heir more_gaps: ${ADDED}`],
  ],
  [
    "a default that is changed",
    ["ALTER TABLE run ALTER COLUMN kind SET DEFAULT 'replay'"],
    [`run, columns: ${CHANGED}`],
  ],
  [
    "keys that are not kept any more",
    ["ALTER TABLE gap DISABLE TRIGGER ALL"],
    [`gap, key checks switched off: ${ADDED}`],
  ],
  [
    "a constraint that is dropped",
    ["ALTER TABLE delivery DROP CONSTRAINT delivery_once"],
    [`delivery, constraint delivery_once: ${GONE}`, `delivery, index delivery_once: ${GONE}`],
  ],
  [
    "a function that stands in for one of PostgreSQL's own",
    ["CREATE FUNCTION lower(varchar) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$"],
    [
      "public, function lower(character varying): It stands in for one of PostgreSQL's own wherever its arguments fit better.",
    ],
  ],
  [
    "a schema that comes first on the search path",
    [
      `DO $$ BEGIN EXECUTE format('CREATE SCHEMA %I', current_user); END $$`,
      `DO $$ BEGIN EXECUTE format('CREATE VIEW %I.gap AS SELECT * FROM public.gap WHERE attempts < 2', current_user); END $$`,
    ],
    ["gap, schema nightledger: It is read from there: that schema comes before public on the search path."],
  ],
];

test.each([...BOTH, ...(inject("engine") === "sqlite" ? SQLITE : POSTGRES)])(
  "%s is found",
  async (_, statements, findings) => {
    expect(await findingsAfter(statements)).toEqual(findings);
  },
);
