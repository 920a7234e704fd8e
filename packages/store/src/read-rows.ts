import { type Kysely, type RawBuilder, sql } from "kysely";
import { namesIn } from "./bind-names.ts";
import type { Reader } from "./open.ts";

export type Cell = string | number | null;
export type Row = Record<string, Cell>;

/** PostgreSQL wants to know the type of what is bound; SQLite takes the same words. */
function bound(value: Cell): RawBuilder<unknown> {
  if (typeof value !== "number") return sql`CAST(${value} AS text)`;
  return Number.isInteger(value) ? sql`CAST(${value} AS bigint)` : sql`CAST(${value} AS double precision)`;
}

/**
 * The rows of one SELECT over the views, `:name` in it being bound; names that are not given stay as they are.
 * Column names in the order of the SELECT, also where there is no row, are not told: rows alone.
 */
export async function readRows(
  db: Reader["db"],
  text: string,
  parameters: Readonly<Record<string, Cell>>,
): Promise<Row[]> {
  const parts = namesIn(text).map(({ token, name }) => {
    const value = name === undefined ? undefined : parameters[name];
    return value === undefined ? sql.raw(token) : bound(value);
  });
  const { rows } = await sql<Row>`${sql.join(parts, sql``)}`.execute(db as unknown as Kysely<unknown>);
  return rows;
}
