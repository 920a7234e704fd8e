import { type Kysely, type RawBuilder, sql } from "kysely";
import type { ClientConfig } from "pg";
import { DatasetTimeoutError } from "../errors.ts";
import { type Backend, openGuard, WHICH_BACKEND } from "./backend-guard.ts";
import { ReaderAdapter } from "./reader-dialect.ts";

async function stop(config: ClientConfig, backend: Backend, work: Promise<unknown>): Promise<void> {
  const guard = await openGuard(config);
  try {
    await guard.stop(backend, work);
  } finally {
    guard.close();
  }
}

/** Waits for work of a backend, and has it stopped at the limit. @throws DatasetTimeoutError */
async function withinLimit<T>(work: Promise<T>, limitMs: number, stopIt: () => Promise<void>): Promise<T> {
  let stopping: Promise<void> | undefined;
  const timer = setTimeout(() => {
    // where no second connection can be had the server's own limit ends it
    stopping = stopIt().catch(() => {});
  }, limitMs);
  try {
    return await work;
  } catch (error) {
    throw stopping === undefined ? error : new DatasetTimeoutError(limitMs);
  } finally {
    clearTimeout(timer);
    await stopping;
  }
}

/** Runs work within a transaction that can only read, and takes all of it back: also within one that is under way. */
async function takenBack<T>(db: Kysely<unknown>, work: (within: Kysely<unknown>) => Promise<T>): Promise<T> {
  if (db.isTransaction) {
    await sql`SAVEPOINT dataset`.execute(db);
    try {
      return await work(db);
    } finally {
      // a connection that was terminated has nothing to go back to
      await sql`ROLLBACK TO SAVEPOINT dataset`.execute(db).catch(() => {});
    }
  }
  const tx = await db.startTransaction().setAccessMode("read only").execute();
  try {
    return await work(tx);
  } finally {
    await tx
      .rollback()
      .execute()
      .catch(() => {});
  }
}

async function backendOf(tx: Kysely<unknown>, limitMs: number): Promise<Backend> {
  const { rows } = await sql<{ pid: number; started_at: string }>`
    SELECT set_config('statement_timeout', ${String(limitMs)}, true), b.*
    FROM (${sql.raw(WHICH_BACKEND)}) AS b`.execute(tx);
  const { pid = 0, started_at: startedAt = "" } = rows[0] ?? {};
  return { pid, startedAt };
}

/**
 * The rows of one SELECT that we did not write. DECLARE takes nothing but a query, by the server's own grammar; the
 * transaction can only read; and what the query set for its session is taken back, so that none after it is answered
 * under another's search path. At the time limit a second connection stops it.
 *
 * @throws DatasetTimeoutError
 */
export async function readPostgresRows<R>(
  db: Kysely<unknown>,
  statement: RawBuilder<R>,
  limitMs: number,
): Promise<R[]> {
  const { adapter } = db.getExecutor();
  return await takenBack(db, async (tx) => {
    const backend = await backendOf(tx, limitMs);
    const work = (async () => {
      await sql`DECLARE answer NO SCROLL CURSOR FOR ${statement}`.execute(tx);
      return (await sql<R>`FETCH ALL FROM answer`.execute(tx)).rows;
    })();
    if (!(adapter instanceof ReaderAdapter)) return await work;
    return await withinLimit(work, limitMs, () => stop(adapter.config, backend, work));
  });
}
