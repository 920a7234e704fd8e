import { DatabaseError } from "pg";
import { bindNames } from "./bind-names.ts";
import { distinct } from "./distinct-names.ts";
import { QueryError, QueryRefusedError, QueryTimeoutError, UnreadableLedgerError } from "./errors.ts";
import { patience, type QueryLimits } from "./patience.ts";
import { shownPlace } from "./place.ts";
import { poolConfig } from "./postgres.ts";
import { cellsOf } from "./query/postgres-cells.ts";
import { NoRowsError, type Page, PageTooLargeError, PostgresPortal } from "./query/postgres-portal.ts";
import { openWatched, type WatchedConnection } from "./query/watched-connection.ts";
import type { QueryRows } from "./query.ts";
import type { Query } from "./query-message.ts";
import { latestNightSql } from "./views/latest-day.ts";

/** Of the error that a statement stopped by its time limit ends with (PostgreSQL, appendix A). */
const QUERY_CANCELED = "57014";

function fault(error: unknown, timeoutMs: number): unknown {
  if (error instanceof NoRowsError || error instanceof PageTooLargeError)
    return new QueryError(error.message);
  if (!(error instanceof DatabaseError)) return error;
  return error.code === QUERY_CANCELED ? new QueryTimeoutError(timeoutMs) : new QueryError(error.message);
}

type InTime = ReturnType<typeof patience>;

/** @throws UnreadableLedgerError, QueryTimeoutError, the signal's reason */
async function connect(url: string, limits: QueryLimits, inTime: InTime): Promise<WatchedConnection> {
  const { max: _, ...config } = poolConfig(url);
  const connecting = openWatched(config, limits.timeoutMs);
  try {
    return await inTime(connecting);
  } catch (error) {
    connecting.then(
      ({ stop }) => stop(null),
      () => {},
    );
    limits.signal?.throwIfAborted();
    throw error instanceof QueryTimeoutError ? error : new UnreadableLedgerError(shownPlace(url), error);
  }
}

/**
 * Runs one SELECT of an analyst over a ledger in PostgreSQL, in a transaction that can only read. At the time limit, on
 * abort and on close a second connection stops what the server still does for it, whatever the statement has set.
 *
 * @throws UnreadableLedgerError, QueryRefusedError, QueryError, QueryTimeoutError
 */
export async function queryPostgres(url: string, query: Query, limits: QueryLimits): Promise<QueryRows> {
  if (query.sql.includes("\0")) throw new QueryRefusedError("it has a character that ends a text");
  const inTime = patience(limits);
  const { client, stop: stopWork } = await connect(url, limits, inTime);
  let work: Promise<unknown> | null = null;
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= stopWork(work);
    return stopping;
  };

  /** What the server is at work on; more than one at a time is none. */
  function atWork<T>(answer: Promise<T>): Promise<T> {
    work = answer;
    const done = () => {
      work = null;
    };
    answer.then(done, done);
    return answer;
  }
  async function ask<T>(answer: Promise<T>): Promise<T> {
    try {
      return await inTime(answer);
    } catch (error) {
      await stop();
      throw fault(error, limits.timeoutMs);
    }
  }

  async function latestNight(): Promise<string | null> {
    const { rows } = await ask(atWork(client.query<{ max: string | null }>(latestNightSql("postgres"))));
    return rows[0]?.max ?? null;
  }
  async function bound(): Promise<ReturnType<typeof bindNames>> {
    const values: Record<string, string | number | bigint | null> = {};
    for (const [name, value] of Object.entries(query.parameters ?? {})) {
      values[name] = typeof value === "object" && value !== null ? await latestNight() : value;
    }
    return bindNames(query.sql.replace(/[\s;]+$/, ""), values);
  }

  const { text, values } = await bound();
  await ask(atWork(client.query("BEGIN READ ONLY")));
  const portal = client.query(new PostgresPortal(text, values));
  const first = await ask(atWork(portal.first));
  const columns = distinct(first.fields.map(({ name }) => name));
  return { columns, close: () => void stop(), batches: batchesOf(first) };

  /** Asks for a page ahead, so that the server reads while the last one is written. */
  async function* batchesOf(start: Page) {
    try {
      for (let page = start; ; ) {
        const coming = page.last ? null : atWork(portal.next());
        if (page.rows.length > 0) yield cellsOf(page);
        if (coming === null) return;
        page = await ask(coming);
      }
    } finally {
      await stop();
    }
  }
}
