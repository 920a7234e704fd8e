import { readFileSync } from "node:fs";
import { isLoopback, readPostgresUrl } from "./postgres-url.ts";

/** Whom to connect to, and how, as `pg` and whatever stands on it take it. */
export interface PostgresConnection {
  host: string;
  port?: number;
  user?: string;
  password?: string;
  database?: string;
  ssl: false | { rejectUnauthorized: true; ca?: string };
}

/** Where the driver would go if the URL names no host: it takes it from the environment. */
const hostOf = (host: string | null): string => host ?? (process.env.PGHOST || "localhost");

/**
 * TLS is on and the certificate is verified, unless the server is this very host, or the
 * operator allows it. It is always said outright, or the driver would ask the environment (PGSSLMODE).
 */
export function postgresConnection(url: string): PostgresConnection {
  const { host: named, port, user, password, database, isPlainAllowed, caFile } = readPostgresUrl(url);
  const host = hostOf(named);
  const isPlain = isLoopback(host) || (isPlainAllowed && named !== null);
  return {
    host,
    ssl: isPlain
      ? false
      : { rejectUnauthorized: true, ...(caFile !== null && { ca: readFileSync(caFile, "utf8") }) },
    ...(port !== null && { port }),
    ...(user !== null && { user }),
    ...(password !== null && { password }),
    ...(database !== null && { database }),
  };
}
