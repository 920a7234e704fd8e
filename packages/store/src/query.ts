import { existsSync } from "node:fs";
import { NoLedgerError, QueryMemoryError, QueryProcessError, QueryRefusedError } from "./errors.ts";
import { patience, type QueryLimits } from "./patience.ts";
import { isPostgresUrl } from "./place.ts";
import {
  DEFAULT_MEMORY_BYTES,
  LEAST_MEMORY_BYTES,
  longestValue,
  watchOwnMemory,
} from "./query/memory-limit.ts";
import { QueryChild } from "./query/query-child.ts";
import { type Cell, LATEST_NIGHT, type ParameterValue, type Query } from "./query-message.ts";
import { refusal } from "./refusal.ts";

export {
  type Cell,
  DEFAULT_MEMORY_BYTES,
  LATEST_NIGHT,
  LEAST_MEMORY_BYTES,
  longestValue,
  type ParameterValue,
  type Query,
  type QueryLimits,
  QueryMemoryError,
};

/** The rows of a query, in batches, each read when it is asked for. */
export interface QueryRows {
  columns: readonly string[];
  batches: AsyncIterable<readonly (readonly Cell[])[]>;
  /** Stops the query, whatever it is doing. */
  close(): void;
}

/**
 * Runs one SELECT of an analyst over the views of a ledger that is opened for reading only, in a process of its own
 * that is killed at its limits of time and memory, on abort and on close. Parameters (`:name`) are bound.
 *
 * @throws QueryRefusedError, NoLedgerError, UnreadableLedgerError, QueryError, QueryTimeoutError, QueryMemoryError,
 *   QueryProcessError
 */
export async function queryLedger(path: string, query: Query, limits: QueryLimits): Promise<QueryRows> {
  const why = refusal(query.sql);
  if (why !== null) throw new QueryRefusedError(why);
  if (isPostgresUrl(path)) return await onPostgres(path, query, limits);
  if (!existsSync(path)) throw new NoLedgerError(path);
  return await onSqlite(path, query, limits);
}

/** The server's memory is its own; what this process takes for rows is watched. */
async function onPostgres(url: string, query: Query, limits: QueryLimits): Promise<QueryRows> {
  const { memoryBytes = DEFAULT_MEMORY_BYTES } = limits;
  const { queryPostgres } = await import("./query-postgres.ts");
  const watch = watchOwnMemory(memoryBytes, () => new QueryMemoryError(memoryBytes));
  const signal = AbortSignal.any([watch.signal, ...(limits.signal === undefined ? [] : [limits.signal])]);
  try {
    const rows = await queryPostgres(url, query, { ...limits, signal });
    const close = () => {
      watch.stop();
      rows.close();
    };
    return { ...rows, close };
  } catch (error) {
    watch.stop();
    throw error;
  }
}

async function onSqlite(path: string, query: Query, limits: QueryLimits): Promise<QueryRows> {
  const { memoryBytes = DEFAULT_MEMORY_BYTES } = limits;
  const child = new QueryChild(path, memoryBytes);
  const close = () => child.kill();
  const inTime = patience(limits);
  try {
    const first = await inTime(child.ask({ path, longestValue: longestValue(memoryBytes), ...query }));
    if (first.kind !== "columns") throw new QueryProcessError("no columns");
    return { columns: first.columns, batches: batchesOf(), close };
  } catch (error) {
    close();
    throw error;
  }

  function askNext() {
    const coming = child.ask("next");
    // a reader may leave before it asks for this one, and the process ends with that
    coming.catch(() => {});
    return coming;
  }

  /** Asks for a batch ahead, so that the process reads while the last one is written. */
  async function* batchesOf() {
    let isWhole = false;
    try {
      let coming = askNext();
      while (true) {
        const batch = await inTime(coming);
        if (batch.kind !== "batch") throw new QueryProcessError("no rows");
        if (!batch.last) coming = askNext();
        if (batch.rows.length > 0) yield batch.rows;
        isWhole = batch.last;
        if (batch.last) return;
      }
    } finally {
      // when all rows are read their writing may go on, and is watched until it closes
      if (!isWhole) close();
    }
  }
}
