import { sql, type Transaction } from "kysely";
import type { Batch, TargetNight } from "./batch.ts";
import { type Cell, type FlatRows, flat } from "./flat-rows.ts";
import type { Schema, Tables } from "./tables.ts";

/** A statement takes 65,535 parameters at most (PostgreSQL, "Message Formats"); the widest table has 9 columns. */
const ROWS = 5000;

function* chunksOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += ROWS) yield items.slice(at, at + ROWS);
}

const rowsOf = (cells: readonly Cell[], width: number): Cell[][] =>
  Array.from({ length: cells.length / width }, (_, row) => cells.slice(row * width, (row + 1) * width));

/** Rows by statements that hold many: each takes a way to the server and back. */
export function postgresBatch(transaction: Transaction<Schema>): Batch {
  async function insertAll(table: string, { columns, pieces }: FlatRows<never>): Promise<void> {
    const names = sql.join(columns.map((column) => sql.ref(column)));
    for (const chunk of chunksOf(pieces.flatMap((cells) => rowsOf(cells, columns.length)))) {
      const values = chunk.map((row) => sql`(${sql.join(row)})`);
      await sql`INSERT INTO ${sql.table(table)} (${names}) VALUES ${sql.join(values)}`.execute(transaction);
    }
  }

  /** As many numbers as rows, taken before they are used, so that each row is known by its own. */
  async function nextIds(table: keyof Tables, count: number): Promise<number[]> {
    const { rows } = await sql<{ id: number }>`
      SELECT nextval(pg_get_serial_sequence(${table}, 'id')) AS id FROM generate_series(1, ${count}::int)
    `.execute(transaction);
    return rows.map(({ id }) => id);
  }

  return {
    async find(table, hashes) {
      const ids = new Map<string, number>();
      for (const chunk of chunksOf(hashes)) {
        const { rows } = await sql<{ id: number; hash: Buffer }>`
          SELECT id, hash FROM ${sql.table(table)} WHERE hash = ANY(${[...chunk]}::bytea[])
        `.execute(transaction);
        for (const { id, hash } of rows) ids.set(hash.toString("latin1"), id);
      }
      return hashes.map((hash) => ids.get(hash.toString("latin1")));
    },
    async add(table, rows) {
      const ids = await nextIds(table, rows.length);
      await insertAll(table, flat(rows.map((row, index) => ({ ...row, id: ids[index] }))));
      return ids;
    },
    async insert(table, rows) {
      await insertAll(table, flat(rows));
    },
    insertFlat: insertAll,
    async clearGaps(keys: readonly TargetNight[]) {
      for (const chunk of chunksOf(keys)) {
        await sql`
          DELETE FROM gap USING unnest(
            ${chunk.map(({ target_id }) => target_id)}::bigint[], ${chunk.map(({ data_date }) => data_date)}::text[]
          ) AS filled (target_id, data_date)
          WHERE gap.target_id = filled.target_id AND gap.data_date = filled.data_date
        `.execute(transaction);
      }
    },
  };
}
