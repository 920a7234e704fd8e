import { Kysely, sql, type Transaction } from "kysely";
import { postgresDialect } from "../../postgres.ts";
import type { LedgerFinding } from "../../seal/ledger-finding.ts";
import type { Schema } from "../../tables.ts";
import { categoryRows } from "./category-rows.ts";
import { compareDefinitions } from "./compare-definitions.ts";
import type { Definition } from "./definition.ts";
import { makeExpected, makeRestored } from "./make-expected.ts";
import { postgresDefinitions, standIns } from "./postgres-definitions.ts";

const rolledBack = Symbol("what was made only to be looked at is rolled back");

async function definitionsIn(tx: Transaction<Schema>): Promise<Definition[]> {
  const found = await postgresDefinitions(tx);
  const isThere = found.some(({ kind, name }) => kind === "relation" && name === "category");
  return isThere ? [...found, await categoryRows(tx)] : found;
}

/** The schema that the ledger's tables are read from. */
async function schemaOf(tx: Transaction<Schema>): Promise<string> {
  const { rows } = await sql<{ name: string }>`
    SELECT n.nspname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = to_regclass('run')`.execute(tx);
  return rows[0]?.name ?? "public";
}

/** Relations of the schema whose names another schema takes: it comes first on the search path. */
async function shadows(tx: Transaction<Schema>, schema: string): Promise<LedgerFinding[]> {
  const { rows } = await sql<{ name: string; schema: string }>`
    SELECT c.relname AS name, n.nspname AS schema
    FROM pg_class c JOIN pg_class s ON s.oid = to_regclass(quote_ident(c.relname))
      JOIN pg_namespace n ON n.oid = s.relnamespace
    WHERE c.relnamespace = quote_ident(${schema})::regnamespace AND s.oid <> c.oid`.execute(tx);
  return rows.map((row) => ({
    kind: "altered",
    table: row.name,
    key: `schema ${row.schema}`,
    runId: null,
    detail: `It is read from there: that schema comes before ${schema} on the search path.`,
  }));
}

const standIn = (schema: string, name: string): LedgerFinding => ({
  kind: "altered",
  table: schema,
  key: `function ${name}`,
  runId: null,
  detail: "It stands in for one of PostgreSQL's own wherever its arguments fit better.",
});

/** The real ledger first: temporary tables come before all others by their names. */
async function compareIn(tx: Transaction<Schema>): Promise<LedgerFinding[]> {
  const schema = await schemaOf(tx);
  const shadowed = await shadows(tx, schema);
  const replaced = (await standIns(tx, schema)).map((name) => standIn(schema, name));
  await sql`SELECT set_config('search_path', quote_ident(${schema}), true)`.execute(tx);
  const present = await definitionsIn(tx);
  await makeExpected(tx);
  const expected = await definitionsIn(tx);
  await makeRestored(tx);
  const restored = await definitionsIn(tx);
  const ours = new Set(expected.map(({ of }) => of));
  return [
    ...compareDefinitions(present, expected, restored),
    ...replaced,
    ...shadowed.filter(({ table }) => ours.has(table)),
  ];
}

/** A PostgreSQL ledger against a new one of this version, which is made beside it and rolled back. */
export async function checkPostgres(url: string): Promise<LedgerFinding[]> {
  const db = new Kysely<Schema>({ dialect: postgresDialect(url, { readOnly: false }) });
  let findings: LedgerFinding[] = [];
  try {
    await db.transaction().execute(async (tx) => {
      findings = await compareIn(tx);
      throw rolledBack;
    });
  } catch (thrown) {
    if (thrown !== rolledBack) throw thrown;
  } finally {
    await db.destroy();
  }
  return findings;
}
