import { type Kysely, PostgresAdapter } from "kysely";

export type Engine = "sqlite" | "postgres";

/** The engine that a connection speaks to. */
// biome-ignore lint/suspicious/noExplicitAny: of a connection's schema it needs nothing
export const engineOf = (db: Kysely<any>): Engine =>
  db.getExecutor().adapter instanceof PostgresAdapter ? "postgres" : "sqlite";
