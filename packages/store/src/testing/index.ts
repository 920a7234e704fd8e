export { fixtureNames, makeFixture } from "./fixture-ledger.ts";
export { type PostgresServer, type PostgresServerOptions, startPostgres } from "./postgres-server.ts";
export { seeded } from "./seeded.ts";
