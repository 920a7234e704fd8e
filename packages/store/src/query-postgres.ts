import { Client, DatabaseError, type QueryArrayResult } from "pg";
import { bindNames } from "./bind-names.ts";
import { distinct } from "./distinct-names.ts";
import { QueryError, QueryTimeoutError, UnreadableLedgerError } from "./errors.ts";
import { patience, type QueryLimits } from "./patience.ts";
import { shownPlace } from "./place.ts";
import { poolConfig, settingsOf } from "./postgres.ts";
import type { QueryRows } from "./query.ts";
import type { Cell, Query } from "./query-message.ts";
import { latestNightSql } from "./views/latest-day.ts";

const BATCH_ROWS = 1000;
/** Of the error that a statement stopped by its time limit ends with (PostgreSQL, appendix A). */
const QUERY_CANCELED = "57014";

const BOOLEAN = 16;
const WHOLE = new Set([20, 21, 23]);
const FLOATS = new Set([700, 701]);
const NUMERIC = 1700;
const BYTES = 17;

/** A cell's text as the cell it is on SQLite: whole numbers are bigint. */
function cellOf(type: number): (text: string) => Cell {
  if (WHOLE.has(type)) return BigInt;
  if (FLOATS.has(type)) return Number;
  if (type === NUMERIC) return (text) => (/^-?\d+$/.test(text) ? BigInt(text) : Number(text));
  if (type === BOOLEAN) return (text) => (text === "t" ? 1n : 0n);
  if (type === BYTES) return (text) => Buffer.from(text.slice(2), "hex");
  return (text) => text;
}

function fault(error: unknown, timeoutMs: number): unknown {
  if (!(error instanceof DatabaseError)) return error;
  return error.code === QUERY_CANCELED ? new QueryTimeoutError(timeoutMs) : new QueryError(error.message);
}

/**
 * Runs one SELECT of an analyst over a ledger in PostgreSQL, in a transaction that can only read. At the time limit
 * the server stops it; when nobody waits for it any more the connection is cut, and the server sees that within a
 * second.
 *
 * @throws UnreadableLedgerError, QueryError, QueryTimeoutError
 */
export async function queryPostgres(url: string, query: Query, limits: QueryLimits): Promise<QueryRows> {
  const { max: _, ...config } = poolConfig(url);
  const settings = { default_transaction_read_only: "on", statement_timeout: String(limits.timeoutMs) };
  const client = new Client({ ...config, types: { getTypeParser: (type: number) => cellOf(type) } });
  client.on("error", () => {});
  const inTime = patience(limits);
  const close = () => {
    void client.end().catch(() => {});
    client.connection?.stream.destroy();
  };
  const ask = async (text: string, values: readonly unknown[] = []): Promise<QueryArrayResult<Cell[]>> => {
    try {
      return await inTime(client.query<Cell[]>({ text, values: [...values], rowMode: "array" }));
    } catch (error) {
      throw fault(error, limits.timeoutMs);
    }
  };

  try {
    await inTime(client.connect());
    await inTime(client.query(settingsOf(settings)));
  } catch (error) {
    close();
    limits.signal?.throwIfAborted();
    throw error instanceof QueryTimeoutError ? error : new UnreadableLedgerError(shownPlace(url), error);
  }
  // not every system can see that the other side has gone; the time limit holds all the same
  await client.query("SET client_connection_check_interval = 1000").catch(() => {});

  const latest = async () => (await ask(latestNightSql("postgres"))).rows[0]?.[0] ?? null;
  async function bound(): Promise<ReturnType<typeof bindNames>> {
    const values: Record<string, string | number | bigint | null> = {};
    for (const [name, value] of Object.entries(query.parameters ?? {})) {
      const night = typeof value === "object" && value !== null ? await latest() : value;
      values[name] = night instanceof Uint8Array ? null : night;
    }
    return bindNames(query.sql.replace(/[\s;]+$/, ""), values);
  }

  try {
    const { text, values } = await bound();
    await ask("BEGIN READ ONLY");
    // EXPLAIN has no cursor, and few rows
    const explains = /^(\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*explain\b/i.test(text);
    if (!explains) await ask(`DECLARE answer NO SCROLL CURSOR FOR ${text}`, values);
    const next = () => (explains ? ask(text, values) : ask(`FETCH ${BATCH_ROWS} FROM answer`));
    const first = await next();
    const columns = distinct(first.fields.map(({ name }) => name));
    return { columns, close, batches: batchesOf(first.rows, explains ? null : next) };
  } catch (error) {
    close();
    throw error;
  }

  /** Asks for a batch ahead, so that the server reads while the last one is written. */
  async function* batchesOf(first: Cell[][], next: (() => ReturnType<typeof ask>) | null) {
    try {
      for (let rows = first; rows.length > 0; ) {
        const coming = next === null || rows.length < BATCH_ROWS ? null : next();
        coming?.catch(() => {});
        yield rows;
        rows = (await coming)?.rows ?? [];
      }
    } finally {
      close();
    }
  }
}
