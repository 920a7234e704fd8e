import { type Kysely, sql } from "kysely";
import type { Schema } from "../../tables.ts";
import type { Definition } from "./definition.ts";

/** The relations of a schema, by name and number. */
const RELATIONS = `SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = current_schema()`;

/**
 * What each kind of definition is read from, as `name`, `of`, `text` and `harmless`. Names are not qualified, since the
 * schema asked about is the only one on the search path. What PostgreSQL makes of itself (the triggers of keys) is left
 * out, unless somebody switched it off.
 */
const QUERIES: Readonly<Record<string, string>> = {
  relation: `SELECT c.relname AS name, c.relname AS of, concat_ws(' ', c.relkind, c.relrowsecurity,
      c.relforcerowsecurity, array_to_string(c.reloptions, ',')) AS text, false AS harmless
    FROM ours c WHERE c.relkind NOT IN ('i', 'S', 't', 'c')`,
  columns: `SELECT c.relname AS name, c.relname AS of, false AS harmless,
      string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
        a.attgenerated, a.attcollation::regcollation, pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY a.attnum) AS text
    FROM ours c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relkind NOT IN ('i', 'S', 't', 'c') GROUP BY c.relname`,
  view: `SELECT c.relname AS name, c.relname AS of, pg_get_viewdef(c.oid) AS text, false AS harmless
    FROM ours c WHERE c.relkind IN ('v', 'm')`,
  constraint: `SELECT k.conname AS name, c.relname AS of, concat_ws(' ', pg_get_constraintdef(k.oid), k.convalidated) AS text,
      false AS harmless
    FROM ours c JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype <> 'n'`,
  index: `SELECT c.relname AS name, t.relname AS of,
      concat_ws(' ', regexp_replace(pg_get_indexdef(c.oid), ' ON \\S+ USING', ' USING'), i.indisvalid) AS text,
      NOT i.indisunique AND i.indexprs IS NULL AND i.indpred IS NULL AS harmless
    FROM ours c JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_class t ON t.oid = i.indrelid`,
  trigger: `SELECT g.tgname AS name, c.relname AS of, concat_ws(' ', pg_get_triggerdef(g.oid), g.tgenabled) AS text,
      false AS harmless
    FROM ours c JOIN pg_trigger g ON g.tgrelid = c.oid WHERE NOT g.tgisinternal`,
  key: `SELECT 'checks switched off' AS name, c.relname AS of, count(*)::text AS text, false AS harmless
    FROM ours c JOIN pg_trigger g ON g.tgrelid = c.oid WHERE g.tgisinternal AND g.tgenabled <> 'O' GROUP BY c.relname`,
  rule: `SELECT r.rulename AS name, c.relname AS of, concat_ws(' ', pg_get_ruledef(r.oid), r.ev_enabled) AS text, false AS harmless
    FROM ours c JOIN pg_rewrite r ON r.ev_class = c.oid WHERE r.rulename <> '_RETURN'`,
  policy: `SELECT p.polname AS name, c.relname AS of, concat_ws(' ', p.polcmd, p.polpermissive,
      p.polroles::text, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) AS text,
      false AS harmless
    FROM ours c JOIN pg_policy p ON p.polrelid = c.oid`,
  heir: `SELECT h.inhrelid::regclass::text AS name, c.relname AS of, 'its rows are read with those of its parent' AS text,
      false AS harmless
    FROM ours c JOIN pg_inherits h ON h.inhparent = c.oid WHERE c.relkind IN ('r', 'p')`,
};

async function definitionsOf(db: Kysely<Schema>, kind: string, query: string): Promise<Definition[]> {
  const { rows } = await sql<Omit<Definition, "kind">>`
    WITH ours AS (${sql.raw(RELATIONS)}) ${sql.raw(query)}`.execute(db);
  return rows.map((row) => ({ kind, ...row }));
}

/** Everything of the schema that is first on the search path, and must be the only one there. */
export async function postgresDefinitions(db: Kysely<Schema>): Promise<Definition[]> {
  const all: Definition[] = [];
  for (const [kind, query] of Object.entries(QUERIES)) all.push(...(await definitionsOf(db, kind, query)));
  return all;
}

/** Functions of a schema that stand in for one of PostgreSQL's own wherever their arguments fit better. */
export async function standIns(db: Kysely<Schema>, schema: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT p.oid::regprocedure::text AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = ${schema}
      AND EXISTS (SELECT 1 FROM pg_proc o WHERE o.proname = p.proname AND o.pronamespace = 'pg_catalog'::regnamespace)
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT o.oid::regoperator::text FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
    WHERE n.nspname = ${schema}
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = o.oid AND d.deptype = 'e')
    ORDER BY 1`.execute(db);
  return rows.map(({ name }) => name);
}
