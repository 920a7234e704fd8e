import { type Kysely, sql } from "kysely";
import type { Schema } from "../tables.ts";

/** Something that somebody else has made of what is ours. */
export interface Dependent {
  /** Such as `view audit.night_scores`. */
  name: string;
  /** What makes it; empty where that is no one statement. */
  sql: string;
}

/** Everything that hangs on the relations `roots`, through other things, too, in the order in which it was made. */
const hangingOn = (roots: readonly string[]) => sql`
  WITH RECURSIVE hanging (classid, objid) AS (
    SELECT 'pg_class'::regclass::oid, c.oid FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(${[...roots]}::text[])
    UNION
    SELECT CASE WHEN r.oid IS NULL THEN d.classid ELSE 'pg_class'::regclass::oid END, COALESCE(r.ev_class, d.objid)
    FROM hanging h JOIN pg_depend d ON d.refclassid = h.classid AND d.refobjid = h.objid
    LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
    WHERE d.deptype IN ('n', 'a', 'i')
  )`;

/** The views among `candidates` that read one of `roots`, directly or through others; the roots themselves, too. */
export async function viewsReading(
  db: Kysely<Schema>,
  roots: readonly string[],
  candidates: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql<{ name: string }>`${hangingOn(roots)}
    SELECT c.relname AS name FROM hanging h JOIN pg_class c ON h.classid = 'pg_class'::regclass AND c.oid = h.objid
    WHERE c.relkind = 'v' AND c.relnamespace = current_schema()::regnamespace
      AND c.relname = ANY(${[...candidates]}::text[])`.execute(db);
  return new Set(rows.map(({ name }) => name));
}

/**
 * What others have made of `roots`: views, materialized views, tables of a row's type, functions, rules and triggers,
 * each with its SQL.
 */
export async function dependentsOfOthers(
  db: Kysely<Schema>,
  roots: readonly string[],
  ours: readonly string[],
): Promise<Dependent[]> {
  const { rows } = await sql<Dependent>`${hangingOn(roots)},
    own AS (SELECT c.oid FROM pg_class c
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(${[...ours]}::text[])),
    others (classid, objid) AS (
      SELECT classid, objid FROM hanging
      UNION
      SELECT 'pg_rewrite'::regclass::oid, r.oid FROM pg_rewrite r
      WHERE r.rulename <> '_RETURN' AND r.ev_class IN (SELECT objid FROM hanging WHERE classid = 'pg_class'::regclass)
    )
    SELECT CASE WHEN o.classid = 'pg_class'::regclass
        THEN (pg_identify_object(o.classid, o.objid, 0)).type || ' ' || (pg_identify_object(o.classid, o.objid, 0)).identity
        ELSE pg_describe_object(o.classid, o.objid, 0) END AS name,
      COALESCE(CASE
        WHEN c.relkind = 'v' THEN 'CREATE VIEW ' || c.oid::regclass || E' AS\n' || pg_get_viewdef(c.oid, true)
        WHEN c.relkind = 'm' THEN 'CREATE MATERIALIZED VIEW ' || c.oid::regclass || E' AS\n' || pg_get_viewdef(c.oid, true)
        WHEN o.classid = 'pg_proc'::regclass THEN pg_get_functiondef(o.objid)
        WHEN o.classid = 'pg_rewrite'::regclass THEN pg_get_ruledef(o.objid, true)
        WHEN o.classid = 'pg_trigger'::regclass THEN pg_get_triggerdef(o.objid, true)
      END, '') AS sql
    FROM others o LEFT JOIN pg_class c ON o.classid = 'pg_class'::regclass AND c.oid = o.objid
    WHERE o.objid NOT IN (SELECT oid FROM own)
      AND (c.relkind IN ('v', 'm', 'r', 'p', 'f')
        OR o.classid IN ('pg_proc'::regclass, 'pg_rewrite'::regclass, 'pg_policy'::regclass)
        OR o.classid = 'pg_trigger'::regclass
          AND NOT (SELECT t.tgisinternal FROM pg_trigger t WHERE t.oid = o.objid))
    ORDER BY o.objid`.execute(db);
  return rows;
}
