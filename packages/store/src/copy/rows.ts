import { createHash } from "node:crypto";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Schema } from "../tables.ts";
import { COPIED_TABLES, type CopiedTable } from "./copied-tables.ts";

/** A row of any table. */
export type Row = Record<string, unknown>;
/** Where rows are read from; `postgres` sorts text by its bytes only when told to. */
export interface Side {
  db: Kysely<Schema>;
  postgres: boolean;
}

/** So many rows are read and written at a time; blocks of payloads are large. */
const rowsAtOnce = (table: CopiedTable): number => (table === "payload_block" ? 8 : 2000);

const keyOf = (table: CopiedTable): readonly string[] => COPIED_TABLES[table];
const TEXT_KEYS = new Set([
  ...["category", "counter", "data_date", "field"],
  ...["account", "region", "project_id", "enterprise_project_id"],
]);

/** The key's columns, in an order that both engines have: numbers by size, text by its bytes. */
export const orderedKey = (table: CopiedTable, { postgres }: Pick<Side, "postgres">): RawBuilder<unknown>[] =>
  keyOf(table).map((column) =>
    postgres && TEXT_KEYS.has(column) ? sql`${sql.ref(column)} COLLATE "C"` : sql`${sql.ref(column)}`,
  );

/** The values of a row's key. */
export const keyValues = (table: CopiedTable, row: Row): unknown[] =>
  keyOf(table).map((column) => row[column]);

/** Rows in the order of their key: those after `after` (all when null), up to and with `upTo` (to the end when null). */
export async function rowsBetween(
  side: Side,
  table: CopiedTable,
  after: Row | null,
  upTo: Row | null,
  limit?: number,
): Promise<Row[]> {
  const key = sql.join(orderedKey(table, side));
  const bound = (row: Row) => sql`(${sql.join(keyValues(table, row))})`;
  const { rows } = await sql<Row>`
    SELECT * FROM ${sql.table(table)}
    WHERE ${after === null ? sql`1 = 1` : sql`(${key}) > ${bound(after)}`}
      AND ${upTo === null ? sql`1 = 1` : sql`(${key}) <= ${bound(upTo)}`}
    ORDER BY ${key}
    ${limit === undefined ? sql`` : sql`LIMIT ${sql.lit(limit)}`}
  `.execute(side.db);
  return rows;
}

/** All rows of a table, chunk by chunk, in the order of their key. */
export async function* chunksOf(side: Side, table: CopiedTable): AsyncGenerator<Row[]> {
  const limit = rowsAtOnce(table);
  let last: Row | null = null;
  for (;;) {
    const rows: Row[] = await rowsBetween(side, table, last, null, limit);
    if (rows.length > 0) yield rows;
    last = rows.at(-1) ?? null;
    if (last === null || rows.length < limit) return;
  }
}

/** A row as text that is the same whichever engine it came from. */
export const rowText = (row: Row): string =>
  JSON.stringify(
    Object.entries(row)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([column, value]) => [column, Buffer.isBuffer(value) ? value.toString("hex") : value]),
  );

/** How many rows a table has, and SHA-256 over all of them. */
export async function fingerprint(side: Side, table: CopiedTable): Promise<{ rows: number; hash: string }> {
  const hash = createHash("sha256");
  let rows = 0;
  for await (const chunk of chunksOf(side, table)) {
    rows += chunk.length;
    for (const row of chunk) hash.update(`${rowText(row)}\n`);
  }
  return { rows, hash: hash.digest("hex") };
}
