import { type Kysely, sql } from "kysely";
import { DICTIONARY } from "../dictionary.ts";
import type { Schema } from "../tables.ts";
import { hasAccessSchema, ledgerSchema, makeAudienceViews } from "./audience-schema.ts";
import { ACCESS_SCHEMA, AUDIENCE_SCHEMA } from "./audience-views.ts";
import { scramVerifier } from "./scram-verifier.ts";

/** What a login is for: analysts read all public views; audiences those of their own targets, through reports. */
export type ReaderKind = "analysts" | "audiences";

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** What makes a role with no rights of its own. */
export const createRole = (role: string): string =>
  `CREATE ROLE ${quoted(role)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT`;

/** Sets a password by what the server keeps of it. */
export const rolePassword = (role: string, password: string): string =>
  `ALTER ROLE ${quoted(role)} PASSWORD ${text(scramVerifier(password))}`;

/** Where a ledger is. */
export interface LedgerPlace {
  database: string;
  /** As it is written into SQL. */
  schema: string;
}

/** How long a statement of the role may take, where it does not say so itself. */
const STATEMENT_TIMEOUT = "15min";
/** How long it may keep a transaction open and do nothing. */
const IDLE_TIMEOUT = "5min";

/** What a role of readers is told at each start of a session; only a default, which it may set anew. */
export const roleDefaults = (role: string, { database }: LedgerPlace, searchPath: string): string[] =>
  [
    "default_transaction_read_only = on",
    `statement_timeout = '${STATEMENT_TIMEOUT}'`,
    `idle_in_transaction_session_timeout = '${IDLE_TIMEOUT}'`,
    `search_path = ${searchPath}`,
  ].map((setting) => `ALTER ROLE ${quoted(role)} IN DATABASE ${quoted(database)} SET ${setting}`);

/** What a kind of reader may read, and nothing else. Can be said again at any time. */
export function grantStatements(role: string, kind: ReaderKind, { database, schema }: LedgerPlace): string[] {
  const own = kind === "analysts" ? schema : AUDIENCE_SCHEMA;
  const views = DICTIONARY.map(({ view }) => `${own}.${view}`).join(", ");
  return [
    `GRANT CONNECT ON DATABASE ${quoted(database)} TO ${quoted(role)}`,
    `GRANT USAGE ON SCHEMA ${own} TO ${quoted(role)}`,
    `GRANT SELECT ON ${views} TO ${quoted(role)}`,
  ];
}

/** Everyone may make temporary tables in a database, unless that is taken back; the owner keeps the right. */
export const revokeTemporary = ({ database }: LedgerPlace): string =>
  `REVOKE TEMPORARY ON DATABASE ${quoted(database)} FROM PUBLIC`;

/** What the ledger's own user keeps: without a login of theirs, audiences are read through temporary views. */
export const keepTemporary = ({ database }: LedgerPlace): string =>
  `GRANT TEMPORARY ON DATABASE ${quoted(database)} TO CURRENT_USER`;

/** Remembers what a role was given, so that it is given again where views are made anew. */
export const rememberRole = (role: string, kind: ReaderKind): string =>
  `INSERT INTO ${ACCESS_SCHEMA}.reader_role (name, kind) VALUES (${text(role)}, '${kind}')
    ON CONFLICT (name) DO UPDATE SET kind = excluded.kind`;

export async function ledgerPlace(db: Kysely<Schema>): Promise<LedgerPlace> {
  const { rows } = await sql<{ database: string }>`SELECT current_database() AS database`.execute(db);
  return { database: rows[0]?.database ?? "", schema: await ledgerSchema(db) };
}

/**
 * Gives every role that `grant` has made what it may read, also of views that were made anew or are new: in the
 * transaction that makes them, after them. Where `grant` was never used it does nothing.
 */
export async function restoreGrants(tx: Kysely<Schema>): Promise<void> {
  if (!(await hasAccessSchema(tx))) return;
  await makeAudienceViews(tx);
  const place = await ledgerPlace(tx);
  const { rows } = await sql<{ name: string; kind: ReaderKind }>`
    SELECT r.name, r.kind FROM ${sql.id(ACCESS_SCHEMA, "reader_role")} r JOIN pg_roles p ON p.rolname = r.name`.execute(
    tx,
  );
  for (const { name, kind } of rows) {
    const [, ...grants] = grantStatements(name, kind, place);
    for (const statement of grants) await sql.raw(statement).execute(tx);
  }
}
