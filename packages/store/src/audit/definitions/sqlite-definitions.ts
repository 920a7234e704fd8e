import { type Kysely, sql } from "kysely";
import type { Schema } from "../../tables.ts";
import type { Definition } from "./definition.ts";

/** An index of columns alone: one that is unique, partial or of an expression can refuse rows. */
const PLAIN_INDEX =
  /^CREATE INDEX \S+ ON \S+ ?\( ?"?\w+"?(?: (?:ASC|DESC))?(?: ?, ?"?\w+"?(?: (?:ASC|DESC))?)* ?\)$/i;

const oneSpace = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/** An index that an upgrade has mended is worded otherwise than one that a migration made: by words alone, it is the same. */
const plainWords = (text: string): string =>
  text
    .replaceAll('"', "")
    .replaceAll(/ ?([(),]) ?/g, "$1")
    .toLowerCase();

/** Every table, view, index and trigger of a SQLite file, by the words that made it. */
export async function sqliteDefinitions(db: Kysely<Schema>): Promise<Definition[]> {
  const { rows } = await sql<{ type: string; name: string; tbl_name: string; sql: string | null }>`
    SELECT type, name, tbl_name, sql FROM sqlite_schema`.execute(db);
  return rows.map(({ type, name, tbl_name, sql: words }) => {
    const text = oneSpace(words ?? "");
    if (type !== "index") return { kind: type, name, of: tbl_name, text, harmless: false };
    return { kind: type, name, of: tbl_name, text: plainWords(text), harmless: PLAIN_INDEX.test(text) };
  });
}
