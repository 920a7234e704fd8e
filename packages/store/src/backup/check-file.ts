import Database from "better-sqlite3";

/** So many problems of a file are told. */
const MOST = 20;

interface Violation {
  table: string;
  rowid: number | null;
  parent: string;
}

/** What is wrong with a SQLite file by its own account: damaged pages and indexes, rows that refer to none. */
export function checkFile(path: string): string[] {
  const database = new Database(path, { readonly: true, fileMustExist: true, timeout: 10_000 });
  try {
    const told = database.prepare<[], string>(`PRAGMA integrity_check(${MOST})`).pluck().all();
    const violations = database.prepare<[], Violation>("PRAGMA foreign_key_check").all().slice(0, MOST);
    return [
      ...told.filter((line) => line !== "ok"),
      ...violations.map(
        ({ table, rowid, parent }) =>
          `${table}${rowid === null ? "" : ` row ${rowid}`} refers to a ${parent} that is not there`,
      ),
    ];
  } finally {
    database.close();
  }
}
