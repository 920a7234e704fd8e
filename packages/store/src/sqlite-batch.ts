import type Database from "better-sqlite3";
import type { Batch } from "./batch.ts";

/** So many rows go into one statement: from here on more gain nothing. */
const ROWS = 32;

/**
 * Rows by prepared statements, many to a statement: half of what a row costs is its way into the engine. The
 * statements run on the connection of the transaction that is under way, since there is only one.
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

  const inserts = new Map<string, Database.Statement>();

  function insertOf(table: string, columns: readonly string[], count: number): Database.Statement {
    const key = `${count} ${table} ${columns.join()}`;
    const known = inserts.get(key);
    if (known !== undefined) return known;
    const places = `(${columns.map(() => "?").join(", ")})`;
    const all = Array.from({ length: count }, () => places).join(", ");
    const names = columns.join('", "');
    const insert = database.prepare(`INSERT INTO "${table}" ("${names}") VALUES ${all}`);
    inserts.set(key, insert);
    return insert;
  }

  /** Inserts rows that all have the columns of the first. */
  function insertAll(table: string, rows: readonly object[]): void {
    const columns = Object.keys(rows[0] ?? {});
    for (let from = 0; from < rows.length; ) {
      const count = rows.length - from >= ROWS ? ROWS : 1;
      const values: unknown[] = [];
      for (let index = from; index < from + count; index += 1) {
        const row = rows[index] as Record<string, unknown>;
        for (const column of columns) values.push(row[column]);
      }
      insertOf(table, columns, count).run(values);
      from += count;
    }
  }

  /** Inserts rows one by one, since each tells its number. */
  function addAll(table: string, rows: readonly object[]): number[] {
    const columns = Object.keys(rows[0] ?? {});
    return rows.map((row) => {
      const values = columns.map((column) => (row as Record<string, unknown>)[column]);
      return Number(insertOf(table, columns, 1).run(values).lastInsertRowid);
    });
  }

  return {
    async find(table, hashes) {
      const statement = prepared(`SELECT id FROM "${table}" WHERE hash = ?`).pluck();
      return hashes.map((hash) => statement.get(hash) as number | undefined);
    },
    async add(table, rows) {
      return addAll(table, rows);
    },
    async insert(table, rows) {
      insertAll(table, rows);
    },
    async clearGaps(keys) {
      const statement = prepared("DELETE FROM gap WHERE target_id = ? AND data_date = ?");
      for (const { target_id, data_date } of keys) statement.run(target_id, data_date);
    },
  };
}
