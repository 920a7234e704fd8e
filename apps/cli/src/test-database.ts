import { randomUUID } from "node:crypto";
import { type PostgresServer, startPostgres } from "@nightledger/store/testing";
import { Client } from "pg";

let server: Promise<PostgresServer> | undefined;

/**
 * An empty PostgreSQL database, on a server that this process starts once. Its password goes to every command by the
 * environment, as with psql.
 */
export async function newDatabase(): Promise<URL> {
  server ??= startPostgres();
  const { urlOf } = await server;
  const name = `e2e_${randomUUID().replaceAll("-", "")}`;
  const client = new Client({ connectionString: urlOf("postgres") });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = new URL(urlOf(name));
  process.env.PGPASSWORD = url.password;
  return url;
}
