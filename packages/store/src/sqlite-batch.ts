import type Database from "better-sqlite3";
import { withDamageTold } from "./backup/with-damage-told.ts";
import type { Batch } from "./batch.ts";
import { type FlatRows, flat, PIECE } from "./flat-rows.ts";

/** So many rows go into one statement: more than a piece gain nothing. */
const ROWS = [PIECE, 8, 1];

/**
 * OR FAIL, since any failure ends the transaction: a statement that had to undo its own rows would first copy each page
 * that it changes (sqlite.org/tempfiles.html, 2.5), which for rows that go to many pages costs more than they do.
 */
const insertSql = (table: string, columns: readonly string[], count: number): string => {
  const places = `(${columns.map(() => "?").join(", ")})`;
  const all = Array.from({ length: count }, () => places).join(", ");
  return `INSERT OR FAIL INTO "${table}" ("${columns.join('", "')}") VALUES ${all}`;
};

/**
 * Rows by prepared statements, many to a statement: half of what a row costs is its way into the engine. The
 * statements run on the connection of the transaction that is under way, since there is only one.
 */
export function sqliteBatch(database: Database.Database): Batch {
  const statements = new Map<string, Database.Statement>();

  function prepared(key: string, sql: () => string): Database.Statement {
    let statement = statements.get(key);
    if (statement === undefined) {
      statement = database.prepare(sql());
      statements.set(key, statement);
    }
    return statement;
  }

  /** Inserts rows laid flat, and tells after each statement how many it had, and the id of its last one. */
  function insertAll(
    table: string,
    { columns, pieces }: FlatRows<never>,
    inserted?: (count: number, lastId: number) => void,
  ): void {
    const names = columns.join();
    for (const piece of pieces) {
      for (let at = 0; at < piece.length; ) {
        const left = (piece.length - at) / columns.length;
        const count = ROWS.find((rows) => rows <= left) as number;
        const insert = prepared(`${count} ${table} ${names}`, () => insertSql(table, columns, count));
        // a statement takes a whole piece as it lies
        const end = at + count * columns.length;
        const values = end - at === piece.length ? piece : piece.slice(at, end);
        const { lastInsertRowid } = withDamageTold(database.name, () => insert.run(values));
        inserted?.(count, Number(lastInsertRowid));
        at = end;
      }
    }
  }

  return {
    async find(table, hashes) {
      const sql = `SELECT id FROM "${table}" WHERE hash = ?`;
      const statement = prepared(sql, () => sql).pluck();
      return withDamageTold(database.name, () =>
        hashes.map((hash) => statement.get(hash) as number | undefined),
      );
    },
    async add(table, rows) {
      const ids: number[] = [];
      // of rows in one statement each has the number after the one before
      insertAll(table, flat(rows), (count, lastId) => {
        for (let id = lastId - count + 1; id <= lastId; id += 1) ids.push(id);
      });
      return ids;
    },
    async insert(table, rows) {
      insertAll(table, flat(rows));
    },
    async insertFlat(table, rows) {
      insertAll(table, rows);
    },
    async clearGaps(keys) {
      const sql = "DELETE FROM gap WHERE target_id = ? AND data_date = ?";
      const statement = prepared(sql, () => sql);
      for (const { target_id, data_date } of keys) statement.run(target_id, data_date);
    },
  };
}
