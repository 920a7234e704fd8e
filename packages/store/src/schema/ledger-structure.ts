import { type Kysely, sql } from "kysely";
import type { Schema } from "../tables.ts";
import { engineOf } from "./engine.ts";

/** Columns, keys and indexes of each table, a line each. */
export type Structure = ReadonlyMap<string, ReadonlySet<string>>;

type Line = { name: string; line: string };

const sqliteLines = sql<Line>`
  WITH t AS (SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\')
  SELECT t.name, 'column ' || c.name || ' ' || lower(c.type) || CASE WHEN c."notnull" THEN ' not null' ELSE '' END
      || COALESCE(' default ' || c.dflt_value, '') || CASE WHEN c.pk THEN ' key ' || c.pk ELSE '' END AS line
    FROM t JOIN pragma_table_xinfo(t.name) c
  UNION ALL
  SELECT t.name, 'reference ' || f."from" || ' to ' || f."table" || '.' || COALESCE(f."to", '')
    FROM t JOIN pragma_foreign_key_list(t.name) f
  UNION ALL
  SELECT t.name, CASE WHEN i."unique" THEN 'unique' ELSE 'index' END || CASE WHEN i.origin = 'c' THEN ' ' || i.name ELSE '' END
      || ' on ' || (SELECT group_concat(x.name, ', ') FROM pragma_index_info(i.name) x)
    FROM t JOIN pragma_index_list(t.name) i
  UNION ALL
  SELECT t.name, 'without rowid' FROM t JOIN pragma_table_list(t.name) l WHERE l.schema = 'main' AND l.wr`;

/** Of the tables that a connection sees first under their names. */
const postgresLines = sql<Line>`
  WITH t AS (
    SELECT c.oid, c.relname::text AS name, CASE WHEN n.oid = pg_my_temp_schema() THEN 'pg_temp' ELSE quote_ident(n.nspname) END || '.' AS schema
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND c.oid = to_regclass(quote_ident(c.relname)))
  SELECT t.name, 'column ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
      || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || CASE WHEN a.attidentity <> '' THEN ' identity' ELSE '' END
      || COALESCE(' default ' || pg_get_expr(d.adbin, d.adrelid), '') AS line
    FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
  UNION ALL
  SELECT t.name, lower(replace(pg_get_constraintdef(k.oid), t.schema, ''))
    FROM t JOIN pg_constraint k ON k.conrelid = t.oid WHERE k.contype IN ('p', 'u', 'f', 'c')
  UNION ALL
  SELECT t.name, CASE WHEN i.indisunique THEN 'unique ' ELSE 'index ' END || replace(pg_get_indexdef(i.indexrelid), t.schema, '')
    FROM t JOIN pg_index i ON i.indrelid = t.oid`;

export async function structureOf(db: Kysely<Schema>): Promise<Structure> {
  const { rows } = await (engineOf(db) === "sqlite" ? sqliteLines : postgresLines).execute(db);
  const structure = new Map<string, Set<string>>();
  for (const { name, line } of rows) {
    const lines = structure.get(name);
    if (lines === undefined) structure.set(name, new Set([line]));
    else lines.add(line);
  }
  return structure;
}

/** A table that is not as it should be, and how. */
export interface Difference {
  table: string;
  missing: readonly string[];
  extra: readonly string[];
}

/**
 * How tables are not those that are wanted. Tables that are not named there are others'; so are indexes that make
 * nothing unique.
 */
export function differencesOf(wanted: Structure, found: Structure): Difference[] {
  const differences: Difference[] = [];
  for (const [table, lines] of wanted) {
    const has = found.get(table) ?? new Set<string>();
    const missing = [...lines].filter((line) => !has.has(line));
    const extra = [...has].filter((line) => !lines.has(line) && !line.startsWith("index "));
    if (missing.length + extra.length > 0) differences.push({ table, missing, extra });
  }
  return differences;
}
