import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { Client } from "pg";
import type { Engine } from "../schema/engine.ts";

const FOLDER = join(import.meta.dirname, "..", "schema", "fixtures");

/** The names of the ledgers of earlier versions that are kept for an engine, the oldest first. */
export const fixtureNames = (engine: Engine): string[] =>
  readdirSync(join(FOLDER, engine))
    .map((file) => file.replace(/\.sql$/, ""))
    .sort();

/** Makes a ledger of an earlier version in an empty database. */
export async function makeFixture(engine: Engine, name: string, url: string): Promise<void> {
  const text = readFileSync(join(FOLDER, engine, `${name}.sql`), "utf8");
  if (engine === "sqlite") {
    const database = new Database(url);
    // as every ledger's file is; tables refer to each other in any order
    database.pragma("journal_mode = WAL");
    database.pragma("foreign_keys = OFF");
    database.exec(text);
    database.close();
    return;
  }
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(text);
  await client.end();
}
