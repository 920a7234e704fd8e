import { PostgresDialect } from "kysely";
import type { PoolConfig } from "pg";

const INT8 = 20;
const NUMERIC = 1700;

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])?$/;
/** So many connections of one process at most. */
const CONNECTIONS = 8;

/**
 * How to connect. TLS is on and the server's certificate is checked, unless the server is this very host or the URL
 * says otherwise (`sslmode`).
 */
export function poolConfig(url: string, settings: Record<string, string>): PoolConfig {
  const { hostname, searchParams } = new URL(url);
  const plain = LOOPBACK.test(hostname) || searchParams.has("sslmode") || searchParams.has("host");
  return {
    connectionString: url,
    ...(!plain && { ssl: { rejectUnauthorized: true } }),
    max: CONNECTIONS,
    connectionTimeoutMillis: 10_000,
    application_name: "nightledger",
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(" "),
  };
}

/**
 * A dialect on a PostgreSQL database; `readOnly` is the session's own promise, kept by the server. Counts and sums
 * come as numbers, exact up to 2^53, which the contract sees to; the driver would give text. It is loaded when it is
 * needed first.
 */
export function postgresDialect(url: string, { readOnly }: { readOnly: boolean }): PostgresDialect {
  return new PostgresDialect({
    pool: async () => {
      const { Pool, types } = await import("pg");
      const settings = { default_transaction_read_only: readOnly ? "on" : "off", timezone: "UTC" };
      const pool = new Pool({
        ...poolConfig(url, settings),
        types: {
          getTypeParser: (type, format) =>
            format !== "binary" && (type === INT8 || type === NUMERIC)
              ? Number
              : types.getTypeParser(type, format),
        },
      });
      // a connection that dies while it rests is replaced by the pool; the next query tells what is wrong
      pool.on("error", () => {});
      return pool;
    },
  });
}
