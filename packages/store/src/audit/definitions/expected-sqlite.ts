import { Kysely } from "kysely";
import { migrate } from "../../migrate.ts";
import { openWritable } from "../../sqlite.ts";
import type { Schema } from "../../tables.ts";
import { categoryRows } from "./category-rows.ts";
import type { Definition } from "./definition.ts";
import { sqliteDefinitions } from "./sqlite-definitions.ts";

/** What this version makes of a new file, which is in memory alone. */
export async function expectedSqlite(): Promise<Definition[]> {
  const db = new Kysely<Schema>({ dialect: openWritable(":memory:").dialect });
  try {
    await migrate(db);
    return [...(await sqliteDefinitions(db)), await categoryRows(db)];
  } finally {
    await db.destroy();
  }
}
