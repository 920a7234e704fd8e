import type Database from "better-sqlite3";
import type { Batch } from "./batch.ts";

/**
 * Rows by prepared statements, one after the other without a pause: on SQLite nothing is faster. The statements run
 * on the connection of the transaction that is under way, since there is only one.
 */
export function sqliteBatch(database: Database.Database): Batch {
  const statements = new Map<string, Database.Statement>();

  function prepared(sql: string): Database.Statement {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  }

  /** Inserts rows that all have the columns of the first. */
  function insertAll(table: string, rows: readonly object[], inserted: (id: number | bigint) => void): void {
    const [first] = rows;
    if (first === undefined) return;
    const columns = Object.keys(first);
    const places = columns.map(() => "?").join(", ");
    const statement = prepared(`INSERT INTO "${table}" ("${columns.join('", "')}") VALUES (${places})`);
    for (const row of rows) {
      const values = columns.map((column) => (row as Record<string, unknown>)[column]);
      inserted(statement.run(values).lastInsertRowid);
    }
  }

  return {
    async find(table, hashes) {
      const statement = prepared(`SELECT id FROM "${table}" WHERE hash = ?`).pluck();
      return hashes.map((hash) => statement.get(hash) as number | undefined);
    },
    async add(table, rows) {
      const ids: number[] = [];
      insertAll(table, rows, (id) => ids.push(Number(id)));
      return ids;
    },
    async insert(table, rows) {
      insertAll(table, rows, () => {});
    },
    async clearGaps(keys) {
      const statement = prepared("DELETE FROM gap WHERE target_id = ? AND data_date = ?");
      for (const { target_id, data_date } of keys) statement.run(target_id, data_date);
    },
  };
}
