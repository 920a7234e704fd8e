import { type Kysely, sql } from "kysely";
import { GrantError } from "../errors.ts";
import type { Schema } from "../tables.ts";
import { makeAccessSchema } from "./audience-schema.ts";
import { AUDIENCE_SCHEMA } from "./audience-views.ts";
import {
  createRole,
  grantStatements,
  keepTemporary,
  type LedgerPlace,
  ledgerPlace,
  type ReaderKind,
  rememberRole,
  revokeTemporary,
  roleDefaults,
  rolePassword,
} from "./reader-role.ts";

/** A login that is to be made, or given what is missing. */
export interface ReaderGrant {
  role: string;
  kind: ReaderKind;
  /** Null leaves the password as it is. */
  password: string | null;
}

/** What there was to do. */
export interface GrantResult {
  created: boolean;
  /** What the ledger's own user may not do, for somebody who may: SQL, empty where all is done. */
  leftToDo: string[];
}

interface Role {
  rolsuper: boolean;
  is_owner: boolean;
}

async function roleNamed(tx: Kysely<Schema>, name: string): Promise<Role | undefined> {
  const { rows } = await sql<Role>`
    SELECT rolsuper, pg_has_role(rolname, current_user, 'MEMBER') AS is_owner FROM pg_roles
    WHERE rolname = ${name}`.execute(tx);
  return rows[0];
}

async function mayMakeRoles(tx: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`
    SELECT rolsuper OR rolcreaterole AS may FROM pg_roles WHERE rolname = current_user`.execute(tx);
  return rows[0]?.may === true;
}

const searchPathOf = (kind: ReaderKind, { schema }: LedgerPlace): string =>
  kind === "analysts" ? schema : AUDIENCE_SCHEMA;

/** What only somebody who may make roles can do. */
const roleStatements = ({ role, kind, password }: ReaderGrant, place: LedgerPlace, isThere: boolean) => [
  ...(isThere ? [] : [createRole(role)]),
  ...(password === null ? [] : [rolePassword(role, password)]),
  ...roleDefaults(role, place, searchPathOf(kind, place)),
];

/** All of it as SQL, for somebody who runs it by hand: the role without a password. */
export async function grantScript(db: Kysely<Schema>, grant: ReaderGrant): Promise<string[]> {
  const place = await ledgerPlace(db);
  return [
    ...roleStatements({ ...grant, password: null }, place, false),
    revokeTemporary(place),
    ...grantStatements(grant.role, grant.kind, place),
  ];
}

/**
 * Makes a login that may read and nothing else, or gives one that is there what is missing; and remembers it, so that
 * its rights survive views that are made anew. All of it or nothing.
 *
 * @throws GrantError where the role may do more already
 */
export async function grantReader(db: Kysely<Schema>, grant: ReaderGrant): Promise<GrantResult> {
  return await db.transaction().execute(async (tx) => {
    const place = await ledgerPlace(tx);
    const role = await roleNamed(tx, grant.role);
    if (role?.rolsuper === true) throw new GrantError(grant.role, "is a superuser");
    if (role?.is_owner === true) throw new GrantError(grant.role, "owns the ledger");
    const may = await mayMakeRoles(tx);
    const forRole = roleStatements(grant, place, role !== undefined);
    await makeAccessSchema(tx);
    await sql.raw(rememberRole(grant.role, grant.kind)).execute(tx);
    if (may) for (const statement of forRole) await sql.raw(statement).execute(tx);
    if (!may && role === undefined) return { created: false, leftToDo: await grantScript(tx, grant) };
    await sql.raw(keepTemporary(place)).execute(tx);
    await sql.raw(revokeTemporary(place)).execute(tx);
    for (const statement of grantStatements(grant.role, grant.kind, place))
      await sql.raw(statement).execute(tx);
    return { created: role === undefined, leftToDo: [] };
  });
}
