import type { Kysely } from "kysely";
import type { Schema } from "../../tables.ts";
import type { Definition } from "./definition.ts";

/** The rows that a migration itself puts down: the categories and their caps are part of what figures mean. */
export async function categoryRows(db: Kysely<Schema>): Promise<Definition> {
  const rows = await db
    .selectFrom("category")
    .select(["category", "position", "cap"])
    .orderBy("position")
    .execute();
  const text = JSON.stringify(rows.map(({ category, position, cap }) => [category, position, cap]));
  return { kind: "rows", name: "category", of: "category", text, harmless: false };
}
