import { Kysely, sql } from "kysely";
import { DICTIONARY } from "../dictionary.ts";
import { UnreadableLedgerError } from "../errors.ts";
import { shownPlace } from "../place.ts";
import { postgresDialect } from "../postgres.ts";
import { AUDIENCE_SCHEMA } from "./audience-views.ts";
import type { ReaderKind } from "./reader-role.ts";

/** What a login of readers lacks, and what it can do that it should not. */
export interface LoginInspection {
  role: string;
  /** Public views that it cannot read. */
  unreadable: string[];
  /** What it can do beyond reading them, in words: `read public.payload`. */
  excess: string[];
}

interface Attributes {
  role: string;
  rolsuper: boolean;
  rolcreatedb: boolean;
  rolcreaterole: boolean;
  rolbypassrls: boolean;
  rolreplication: boolean;
}

const NAMES: Record<Exclude<keyof Attributes, "role">, string> = {
  rolsuper: "everything, as a superuser",
  rolcreatedb: "make databases",
  rolcreaterole: "make roles",
  rolbypassrls: "bypass row-level security",
  rolreplication: "replicate the server",
};

/** Everything in the database that is not PostgreSQL's own: what the role may do with it. */
const RELATIONS = sql<{
  name: string;
  schema: string;
  view: string;
  reads: boolean;
  writes: boolean;
  owns: boolean;
}>`
  SELECT c.oid::regclass::text AS name, n.nspname AS schema, c.relname AS view,
    has_schema_privilege(n.oid, 'USAGE')
      AND CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(c.oid, 'SELECT')
        ELSE has_any_column_privilege(c.oid, 'SELECT') END AS reads,
    has_schema_privilege(n.oid, 'USAGE')
      AND CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(c.oid, 'USAGE, UPDATE')
        ELSE has_any_column_privilege(c.oid, 'INSERT, UPDATE') OR has_table_privilege(c.oid, 'DELETE, TRUNCATE, TRIGGER') END
      AS writes,
    pg_has_role(c.relowner, 'USAGE') AS owns
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  ORDER BY 1`;

const OTHER = sql<{ can: string }>`
  SELECT 'make tables in the schema ' || nspname AS can FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND has_schema_privilege(oid, 'CREATE')
  UNION ALL
  SELECT 'make schemas' WHERE has_database_privilege(current_database(), 'CREATE')
  UNION ALL
  SELECT 'make temporary tables' WHERE has_database_privilege(current_database(), 'TEMPORARY')
  UNION ALL
  SELECT 'act as ' || r.rolname FROM pg_roles r
    WHERE r.rolname <> current_user AND pg_has_role(r.oid, 'MEMBER')`;

/** Looks at what a login can do, as that login. @throws UnreadableLedgerError where it cannot connect */
export async function inspectLogin(login: string, kind: ReaderKind): Promise<LoginInspection> {
  const db = new Kysely<unknown>({ dialect: postgresDialect(login, { readOnly: true }) });
  try {
    const { rows: roles } = await sql<Attributes>`
      SELECT current_user AS role, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication
      FROM pg_roles WHERE rolname = current_user`.execute(db);
    const { rows: relations } = await RELATIONS.execute(db);
    const { rows: others } = await OTHER.execute(db);
    const { rows: schemas } = await sql<{ name: string | null }>`SELECT current_schema() AS name`.execute(db);
    const own = kind === "analysts" ? (schemas[0]?.name ?? "public") : AUDIENCE_SCHEMA;
    const wanted = new Set(DICTIONARY.map(({ view }) => view));
    const isOwn = (one: { schema: string; view: string }) => one.schema === own && wanted.has(one.view);
    const readable = new Set(relations.filter((one) => isOwn(one) && one.reads).map(({ view }) => view));
    const [attributes] = roles;
    const flags = Object.entries(NAMES).flatMap(([flag, can]) =>
      attributes?.[flag as keyof typeof NAMES] === true ? [can] : [],
    );
    return {
      role: attributes?.role ?? "",
      unreadable: [...wanted].filter((view) => !readable.has(view)),
      excess: [
        ...flags,
        ...others.map(({ can }) => can),
        ...relations.filter((one) => one.owns).map(({ name }) => `change ${name}, as its owner`),
        ...relations.filter((one) => one.writes && !one.owns).map(({ name }) => `write ${name}`),
        ...relations.filter((one) => one.reads && !one.owns && !isOwn(one)).map(({ name }) => `read ${name}`),
      ],
    };
  } catch (error) {
    throw new UnreadableLedgerError(shownPlace(login), error);
  } finally {
    await db.destroy();
  }
}
