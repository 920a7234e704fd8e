import { type Kysely, PostgresAdapter, sql } from "kysely";
import { isDead } from "./lease.ts";
import type { Reader } from "./open.ts";
import { tablesOf } from "./seal/tables-of.ts";
import type { Schema } from "./tables.ts";

/** Who has the lease of a ledger. */
export interface LeaseHolder {
  /** Such as `nightly`. */
  what: string;
  host: string;
  pid: number;
  /** ISO 8601, UTC. */
  since: string;
  /** How long nothing was heard of it, by the clock of the database. Seconds. */
  silentSeconds: number;
  /** Whether the next run may take its place at once: it lapsed, or its process on this machine is gone. */
  isOver: boolean;
}

/** Who has the lease; null is nobody. */
export async function leaseHolder(reader: Reader): Promise<LeaseHolder | null> {
  const db = tablesOf(reader);
  const row = await db.selectFrom("lease").selectAll().executeTakeFirst();
  if (row === undefined) return null;
  const isPostgres = (db as unknown as Kysely<Schema>).getExecutor().adapter instanceof PostgresAdapter;
  const now = isPostgres
    ? sql<number>`CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS bigint)`
    : sql<number>`CAST(strftime('%s', 'now') AS INTEGER)`;
  const { seconds } = await db.selectNoFrom(now.as("seconds")).executeTakeFirstOrThrow();
  const { what, host, pid, since, heard_at, lapses_at } = row;
  return {
    what,
    host,
    pid,
    since: new Date(since * 1000).toISOString(),
    silentSeconds: Math.max(0, seconds - heard_at),
    isOver: lapses_at <= seconds || isDead(row),
  };
}
