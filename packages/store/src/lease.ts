import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { type Kysely, PostgresAdapter, type RawBuilder, sql } from "kysely";
import { diskFullOr } from "./disk-full-or.ts";
import { LeaseHeldError, LeaseLostError } from "./errors.ts";
import type { Ledger } from "./open.ts";
import type { LeaseRow, Schema } from "./tables.ts";

/** The one lease there is: of whoever writes nights. */
const NAME = "run";
/** How long a holder may say nothing before another takes its place. */
const LAPSE_S = 60;
const HEARTBEAT_MS = 10_000;

/** Tokens of this process: whatever else has its number is of an earlier one, as in a container that began anew. */
const own = new Set<string>();

/** The clock of the database, in seconds since 1970: holders may sit on several machines. */
const nowOf = (db: Kysely<Schema>): RawBuilder<number> =>
  db.getExecutor().adapter instanceof PostgresAdapter
    ? sql`CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS bigint)`
    : sql`CAST(strftime('%s', 'now') AS INTEGER)`;

/** Whether a holder on this machine is gone for sure. */
export function isDead({ host, pid, token }: LeaseRow): boolean {
  if (host !== hostname()) return false;
  if (pid === process.pid) return !own.has(token);
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Takes the lease if nobody has it, or if it has lapsed, or from the holder of that token. Who has it then. */
async function seize(
  db: Kysely<Schema>,
  { token, what }: Pick<LeaseRow, "token" | "what">,
  from: string | null,
): Promise<LeaseRow> {
  const now = nowOf(db);
  await sql`
    INSERT INTO lease (name, token, what, host, pid, since, heard_at, lapses_at)
      VALUES (${NAME}, ${token}, ${what}, ${hostname()}, ${process.pid}, ${now}, ${now}, ${now} + ${sql.lit(LAPSE_S)})
      ON CONFLICT (name) DO UPDATE SET token = excluded.token, what = excluded.what, host = excluded.host,
        pid = excluded.pid, since = excluded.since, heard_at = excluded.heard_at, lapses_at = excluded.lapses_at
      WHERE lease.lapses_at <= excluded.heard_at OR lease.token = ${from ?? ""}`.execute(db);
  return await db.selectFrom("lease").selectAll().where("name", "=", NAME).executeTakeFirstOrThrow();
}

/** @throws LeaseHeldError, DiskFullError */
async function take(db: Kysely<Schema>, what: string): Promise<string> {
  const token = randomUUID();
  // known before it is in the table: who finds it there must not take it for one of an earlier process
  own.add(token);
  try {
    let holder = await seize(db, { token, what }, null);
    if (holder.token !== token && isDead(holder)) holder = await seize(db, { token, what }, holder.token);
    if (holder.token !== token) throw new LeaseHeldError(holder);
    return token;
  } catch (error) {
    own.delete(token);
    throw diskFullOr(error);
  }
}

/** Says that the holder is alive. @throws LeaseLostError where another has taken its place */
async function hold(db: Kysely<Schema>, token: string): Promise<void> {
  const now = nowOf(db);
  const held = await db
    .updateTable("lease")
    .set({ heard_at: now, lapses_at: sql<number>`${now} + ${sql.lit(LAPSE_S)}` })
    .where("token", "=", token)
    .executeTakeFirst();
  if (held.numUpdatedRows === 0n) throw new LeaseLostError();
}

/**
 * Does what only one may do at a time with a ledger, such as `ingest`. A holder that died on this machine is followed
 * at once, one elsewhere when nothing was heard of it for a minute. Whoever has lost the lease is stopped by the signal;
 * what it still had in hand is refused, since its run is over.
 *
 * @param what the holder, as others are told
 * @throws LeaseHeldError, LeaseLostError, DiskFullError
 */
export async function withLease<T>(
  { db }: Ledger,
  what: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const token = await take(db, what);
  const lost = new AbortController();
  const heartbeat = setInterval(() => {
    hold(db, token).catch((error: unknown) => {
      // a database that does not answer just now may do so before the lease lapses
      if (error instanceof LeaseLostError) lost.abort(error);
    });
  }, HEARTBEAT_MS);
  try {
    const result = await work(AbortSignal.any([signal, lost.signal]));
    lost.signal.throwIfAborted();
    return result;
  } catch (error) {
    throw lost.signal.aborted ? lost.signal.reason : error;
  } finally {
    clearInterval(heartbeat);
    own.delete(token);
    // if it cannot be given back it lapses
    await db
      .deleteFrom("lease")
      .where("token", "=", token)
      .execute()
      .catch(() => {});
  }
}
