import Database from "better-sqlite3";
import { Kysely, SqliteDialect, type Transaction } from "kysely";
import type { Schema } from "../tables.ts";
import { engineOf } from "./engine.ts";
import { type Structure, structureOf } from "./ledger-structure.ts";
import { inScratch } from "./postgres-scratch.ts";
import type { Version } from "./version.ts";

/** The structure of an empty ledger that has been through some of a version's migrations. */
export async function wantedStructure(
  tx: Transaction<Schema>,
  version: Version,
  names: readonly string[],
): Promise<Structure> {
  const migrate = async (db: Kysely<Schema>): Promise<Structure> => {
    for (const name of names) await version.migrations[name]?.up(db);
    return await structureOf(db);
  };
  if (engineOf(tx) === "postgres") return await inScratch(tx, "nothing", () => migrate(tx));
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: new Database(":memory:") }) });
  try {
    return await migrate(db);
  } finally {
    await db.destroy();
  }
}
