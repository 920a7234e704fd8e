import { createHash } from "node:crypto";
import {
  type Dialect,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { Migration } from "kysely/migration";
import type { Engine } from "./engine.ts";

/** An engine that takes every statement and answers none. */
const DIALECTS: Readonly<Record<Engine, Dialect>> = {
  sqlite: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
  postgres: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
};

/**
 * SHA-256 of the statements that a migration executes on an empty ledger. They are what a ledger keeps of it, so its
 * hash stays the same when its source text is formatted or moved, and changes when what it does is edited.
 */
export async function hashMigration(migration: Migration, engine: Engine): Promise<string> {
  const statements: unknown[] = [];
  const db = new Kysely<unknown>({
    dialect: DIALECTS[engine],
    log: ({ query }) => {
      statements.push([query.sql.replaceAll(/\s+/g, " ").trim(), query.parameters]);
    },
  });
  await migration.up(db);
  await db.destroy();
  return createHash("sha256").update(JSON.stringify(statements)).digest("hex");
}
