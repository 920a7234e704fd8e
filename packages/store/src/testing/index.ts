export { type PostgresServer, startPostgres } from "./postgres-server.ts";
export { seeded } from "./seeded.ts";
