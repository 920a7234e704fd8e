import { PostgresDialect } from "kysely";
import type { PoolConfig } from "pg";
import { postgresConnection } from "./connection/postgres-connection.ts";
import { extendedPool, type Prepare } from "./query/extended-pool.ts";
import { ReaderDialect } from "./query/reader-dialect.ts";

const INT8 = 20;
const NUMERIC = 1700;

/** So many connections of one process at most. */
const CONNECTIONS = 8;

/** How to connect: `postgresConnection`, and the bounds of it. */
export function poolConfig(url: string): PoolConfig {
  return {
    ...postgresConnection(url),
    max: CONNECTIONS,
    connectionTimeoutMillis: 10_000,
    application_name: "nightledger",
  };
}

/**
 * What a connection says before anything else is asked of it. A pooler in between takes no settings with the start of a
 * connection (PgBouncer refuses `options`), and a statement it hands on.
 */
export const settingsOf = (settings: Record<string, string>): string =>
  // compiling a view of many joins takes seconds, reading a night of it milliseconds
  Object.entries({ ...settings, jit: "off" })
    .map(([name, value]) => `SET ${name} = '${value}'`)
    .join("; ");

/** What makes a connection see a part of the ledger: statements that make its own views over the tables of `schema`. */
export interface ConnectionScope {
  statements: readonly string[];
  schema: string;
}

/** Its own names come first, whatever the role's search path is. */
const scoping = ({ statements, schema }: ConnectionScope): Prepare => {
  const all = [
    "BEGIN READ WRITE",
    `SET LOCAL search_path = pg_temp, ${schema}`,
    ...statements,
    `SET search_path = pg_temp, ${schema}`,
    "COMMIT",
  ].join(";\n");
  return async (client) => {
    await client.query(all);
  };
};

/**
 * A dialect on a PostgreSQL database; `readOnly` is the session's own promise, kept by the server. Counts and sums
 * come as numbers, exact up to 2^53, which the contract sees to; the driver would give text. It is loaded when it is
 * needed first. With a scope it is one connection, since making one costs more than waiting for it. One that only reads
 * takes one statement at a time, since not all that it is given is ours.
 */
export function postgresDialect(
  url: string,
  { readOnly, scope }: { readOnly: boolean; scope?: ConnectionScope | Prepare },
): PostgresDialect {
  const openPool = async () => {
    const { Pool, types } = await import("pg");
    const settings = { default_transaction_read_only: readOnly ? "on" : "off", timezone: "UTC" };
    const pool = new Pool({
      ...poolConfig(url),
      // no connection is given out without it
      onConnect: (client) => client.query(settingsOf(settings)),
      ...(scope && { max: 1, idleTimeoutMillis: 0 }),
      types: {
        getTypeParser: (type, format) =>
          format !== "binary" && (type === INT8 || type === NUMERIC)
            ? Number
            : types.getTypeParser(type, format),
      },
    });
    // a connection that dies, at rest or at work, is replaced by the pool; the next query tells what is wrong
    pool.on("error", () => {});
    pool.on("connect", (client) => client.on("error", () => {}));
    return pool;
  };
  if (!readOnly) return new PostgresDialect({ pool: openPool });
  const prepare = typeof scope === "object" ? scoping(scope) : scope;
  const { max: _, ...client } = poolConfig(url);
  return new ReaderDialect({ pool: async () => extendedPool(await openPool(), prepare) }, client);
}
