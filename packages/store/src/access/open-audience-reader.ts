import { Kysely, sql } from "kysely";
import type { ReadonlyKysely } from "kysely/readonly";
import type { PoolClient } from "pg";
import type { AudienceFilter } from "../audience/audience-filter.ts";
import { findAudience } from "../audience/find-audience.ts";
import type { ScopedReader } from "../audience/open-scoped-reader.ts";
import { NoAudienceTargetsError, UnreadableLedgerError } from "../errors.ts";
import { shownPlace } from "../place.ts";
import { postgresDialect } from "../postgres.ts";
import { type Backend, WHICH_BACKEND } from "../query/backend-guard.ts";
import type { Schema } from "../tables.ts";
import type { Views } from "../views.ts";
import { hasAudienceViews, makeAudienceViews } from "./audience-schema.ts";
import { beginSession, endSession } from "./audience-session.ts";
import { AUDIENCE_SCHEMA } from "./audience-views.ts";

async function backendOf(client: PoolClient): Promise<Backend> {
  const { rows } = await client.query<{ pid: number; started_at: string }>(WHICH_BACKEND);
  const { pid = 0, started_at: startedAt = "" } = rows[0] ?? {};
  return { pid, startedAt };
}

/**
 * Opens a ledger in PostgreSQL as an audience sees it, over a login that has nothing but the audience's views: the
 * server keeps it from all others, whatever SQL is run. The owner's connection says who it is.
 *
 * @param place the ledger, as its owner
 * @param login the same database, as the audiences' login
 * @throws UnreadableLedgerError, NoAudienceTargetsError
 */
export async function openAudienceReader(
  place: string,
  login: string,
  filter: AudienceFilter,
  dataDate: string,
): Promise<ScopedReader> {
  const owner = new Kysely<Schema>({ dialect: postgresDialect(place, { readOnly: false }) });
  const sessions: string[] = [];
  let reading: Kysely<Views> | undefined;
  const close = async () => {
    await reading?.destroy();
    // one that cannot be ended is over with its backend all the same
    for (const id of sessions) await endSession(owner, id).catch(() => {});
    await owner.destroy();
  };
  try {
    if (!(await hasAudienceViews(owner))) await owner.transaction().execute(makeAudienceViews);
    const members = await findAudience(owner as unknown as ReadonlyKysely<Schema>, filter, dataDate);
    const enter = async (client: PoolClient) => {
      await client.query(`SET search_path = ${AUDIENCE_SCHEMA}, pg_temp`);
      sessions.push(await beginSession(owner, members, await backendOf(client)));
    };
    const db = new Kysely<Views>({ dialect: postgresDialect(login, { readOnly: true, scope: enter }) });
    reading = db;
    await sql`SELECT 1 FROM coverage_daily LIMIT 1`.execute(db);
    return {
      db: db as unknown as ReadonlyKysely<Views>,
      tables: owner as unknown as ReadonlyKysely<Schema>,
      close,
      unmatched: members.unmatched,
    };
  } catch (error) {
    await close();
    if (error instanceof NoAudienceTargetsError) throw error;
    throw new UnreadableLedgerError(shownPlace(login), error);
  }
}
