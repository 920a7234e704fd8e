import { type Line, PAGE, type TablesOnly } from "../seal/lines.ts";
import { APPENDED_TABLES, type AppendedTable } from "./appended-tables.ts";

/** Rows by their numbers: those after `after`, up to `upTo`. */
export interface Span {
  after: number;
  upTo: number;
}

const page = async (db: TablesOnly, table: AppendedTable, { after, upTo }: Span) =>
  await db
    .selectFrom(table as "delivery")
    .select([...APPENDED_TABLES[table]] as "id"[])
    .where("id", ">", after)
    .where("id", "<=", upTo)
    .orderBy("id")
    .limit(PAGE)
    .execute();

/** The rows of a table that a seal covers, as they are hashed. */
export async function* appendedLines(
  db: TablesOnly,
  table: AppendedTable,
  span: Span,
): AsyncGenerator<Line[]> {
  for (let { after } = span; after < span.upTo; ) {
    const rows = await page(db, table, { ...span, after });
    yield rows.map((row): Line => {
      const values: Record<string, string | number | null> = row;
      return [table, ...APPENDED_TABLES[table].map((column) => values[column] ?? null)];
    });
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.id;
  }
}
