import { type Kysely, sql } from "kysely";
import type { AudienceMembers } from "../audience/find-audience.ts";
import type { Backend } from "../query/backend-guard.ts";
import type { Schema } from "../tables.ts";
import { ACCESS_SCHEMA } from "./audience-views.ts";

const table = (name: string) => sql.id(ACCESS_SCHEMA, name);

/**
 * Writes down, as the owner, what a backend of the audiences' login may see. The login can neither read nor write it, and
 * cannot be another backend than it is. What backends that are gone could see goes with it.
 *
 * @returns the session's number
 */
export async function beginSession(
  owner: Kysely<Schema>,
  { targetIds, identities }: AudienceMembers,
  { pid, startedAt }: Backend,
): Promise<string> {
  return await owner.transaction().execute(async (tx) => {
    await sql`
      DELETE FROM ${table("audience_session")} WHERE pid = ${pid}
        OR pid NOT IN (SELECT a.pid FROM pg_stat_activity a WHERE a.pid IS NOT NULL)`.execute(tx);
    const { rows } = await sql<{ id: string }>`
      INSERT INTO ${table("audience_session")} (pid, backend_started_at)
        VALUES (${pid}, CAST(${startedAt} AS numeric)) RETURNING id::text AS id`.execute(tx);
    const id = rows[0]?.id ?? "";
    await sql`
      INSERT INTO ${table("audience_member")} (session_id, target_id)
        SELECT CAST(${id} AS bigint), UNNEST(CAST(${targetIds} AS bigint[]))`.execute(tx);
    const column = (name: keyof AudienceMembers["identities"][number]) =>
      sql`CAST(${identities.map((one) => one[name])} AS text[])`;
    await sql`
      INSERT INTO ${table("audience_scope")} (session_id, account, region, project_id, enterprise_project_id)
        SELECT CAST(${id} AS bigint), i.* FROM UNNEST(${column("account")}, ${column("region")},
          ${column("project_id")}, ${column("enterprise_project_id")}) AS i`.execute(tx);
    return id;
  });
}

/** Forgets what it may see. */
export async function endSession(owner: Kysely<Schema>, id: string): Promise<void> {
  await sql`DELETE FROM ${table("audience_session")} WHERE id = CAST(${id} AS bigint)`.execute(owner);
}
