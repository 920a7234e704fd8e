import { type Kysely, sql } from "kysely";
import { beforeEach, expect, inject, test } from "vitest";
import type { Ledger } from "./open.ts";
import type { Schema } from "./tables.ts";
import { openTestLedger } from "./test-engines.ts";

let ledger: Ledger;

beforeEach(async () => {
  const opened = await openTestLedger();
  ledger = opened.ledger;
  return opened.remove;
});

async function dumpSqlite(db: Kysely<Schema>): Promise<string> {
  const { rows } = await sql<{ sql: string }>`
    SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'view' AND name NOT LIKE 'kysely%'
    ORDER BY tbl_name, type DESC, name
  `.execute(db);
  const lines = (statement: string) => statement.replaceAll(/, (?="\w+" [a-z]|constraint)/g, ",\n  ");
  return rows.map((row) => `${lines(row.sql)};\n`).join("\n");
}

async function dumpPostgres(db: Kysely<Schema>): Promise<string> {
  const { rows: columns } = await sql<{ line: string }>`
    SELECT c.table_name || '.' || c.column_name || ' ' || c.data_type
      || CASE WHEN c.is_nullable = 'NO' THEN ' NOT NULL' ELSE '' END AS line
    FROM information_schema.columns c
    JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
    WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name NOT LIKE 'kysely%'
    ORDER BY c.table_name, c.ordinal_position
  `.execute(db);
  const { rows: indexes } = await sql<{ line: string }>`
    SELECT indexdef AS line FROM pg_indexes
    WHERE schemaname = 'public' AND tablename NOT LIKE 'kysely%' ORDER BY tablename, indexname
  `.execute(db);
  const { rows: keys } = await sql<{ line: string }>`
    SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) AS line FROM pg_constraint
    WHERE contype = 'f' ORDER BY conrelid::regclass::text, conname
  `.execute(db);
  return [...columns, ...indexes, ...keys].map(({ line }) => `${line}\n`).join("");
}

test("the tables are those of the committed dump", async () => {
  const dumps = { sqlite: dumpSqlite, postgres: dumpPostgres };
  const engine = inject("engine");
  await expect(await dumps[engine](ledger.db)).toMatchFileSnapshot(`../schema/${engine}.txt`);
});
