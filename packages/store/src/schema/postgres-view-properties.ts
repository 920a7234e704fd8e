import { type Kysely, sql } from "kysely";
import type { Schema } from "../tables.ts";

/** A right on a view, or on one of its columns, as it would be granted. */
interface Right {
  privilege: string;
  /** Null is of the whole view. */
  column: string | null;
  /** Null is everybody. */
  grantee: string | null;
  grantable: boolean;
}

/** What others have set on a view, which goes with it when it is dropped. */
export interface ViewProperties {
  owner: string;
  options: readonly string[];
  comment: string | null;
  columnComments: readonly { column: string; comment: string }[];
  rights: readonly Right[];
}

/** The properties of views by their names. */
export async function propertiesOf(
  db: Kysely<Schema>,
  names: readonly string[],
): Promise<Map<string, ViewProperties>> {
  const { rows } = await sql<ViewProperties & { name: string }>`
    SELECT c.relname AS name, pg_get_userbyid(c.relowner)::text AS owner,
      COALESCE(to_json(c.reloptions), '[]') AS options, obj_description(c.oid, 'pg_class') AS comment,
      COALESCE((SELECT json_agg(json_build_object('column', a.attname, 'comment', d.description) ORDER BY a.attnum)
        FROM pg_description d JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid
        WHERE d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid > 0), '[]') AS "columnComments",
      COALESCE((SELECT json_agg(json_build_object('privilege', r.privilege_type, 'column', r.attname,
          'grantee', CASE WHEN r.grantee <> 0 THEN pg_get_userbyid(r.grantee) END, 'grantable', r.is_grantable)
          ORDER BY r.attname NULLS FIRST, r.grantee, r.privilege_type)
        FROM (
          SELECT NULL::name AS attname, e.grantee, e.privilege_type, bool_or(e.is_grantable) AS is_grantable
          FROM aclexplode(COALESCE(c.relacl, acldefault('r', c.relowner))) e GROUP BY e.grantee, e.privilege_type
          UNION ALL
          SELECT a.attname, e.grantee, e.privilege_type, bool_or(e.is_grantable)
          FROM pg_attribute a CROSS JOIN aclexplode(a.attacl) e WHERE a.attrelid = c.oid
          GROUP BY a.attname, e.grantee, e.privilege_type
        ) r), '[]') AS rights
    FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'v'
      AND c.relname = ANY(${[...names]}::text[])`.execute(db);
  return new Map(rows.map(({ name, ...properties }) => [name, properties]));
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const sameRight = (a: Right) => (b: Right) =>
  a.privilege === b.privilege &&
  a.column === b.column &&
  a.grantee === b.grantee &&
  a.grantable === b.grantable;

/** Such as `SELECT ("score") ON "risk_daily"`. */
const wordsOf = (view: string, { privilege, column }: Right): string =>
  `${privilege}${column === null ? "" : ` (${quoted(column)})`} ON ${quoted(view)}`;
const granteeOf = ({ grantee }: Right): string => (grantee === null ? "PUBLIC" : quoted(grantee));

/** Such as `security_barrier = 'true'`. */
function optionOf(option: string): string {
  const at = option.indexOf("=");
  return `${option.slice(0, at)} = ${literal(option.slice(at + 1))}`;
}

/**
 * The statements that give a view the properties it had. `now` are those that it has: what default privileges have added
 * is taken away again. A column that is gone takes its own with it.
 */
export function restoringStatements(
  view: string,
  before: ViewProperties,
  now: ViewProperties,
  columns: ReadonlySet<string>,
): string[] {
  const lasting = before.rights.filter(({ column }) => column === null || columns.has(column));
  const excess = now.rights.filter((right) => !lasting.some(sameRight(right)));
  const missing = lasting.filter((right) => !now.rights.some(sameRight(right)));
  const owned =
    before.owner === now.owner ? [] : [`ALTER VIEW ${quoted(view)} OWNER TO ${quoted(before.owner)}`];
  const options = before.options.filter((option) => !now.options.includes(option));
  const comments = before.columnComments.filter(
    ({ column, comment }) =>
      columns.has(column) &&
      !now.columnComments.some((one) => one.column === column && one.comment === comment),
  );
  return [
    ...owned,
    ...options.map((option) => `ALTER VIEW ${quoted(view)} SET (${optionOf(option)})`),
    ...excess.map((right) => `REVOKE ${wordsOf(view, right)} FROM ${granteeOf(right)}`),
    ...missing.map(
      (right) =>
        `GRANT ${wordsOf(view, right)} TO ${granteeOf(right)}${right.grantable ? " WITH GRANT OPTION" : ""}`,
    ),
    ...(before.comment !== null && before.comment !== now.comment
      ? [`COMMENT ON VIEW ${quoted(view)} IS ${literal(before.comment)}`]
      : []),
    ...comments.map(
      ({ column, comment }) => `COMMENT ON COLUMN ${quoted(view)}.${quoted(column)} IS ${literal(comment)}`,
    ),
  ];
}
