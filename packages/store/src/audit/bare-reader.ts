import { existsSync } from "node:fs";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { CompiledQuery, Kysely } from "kysely";
import { isPostgresUrl } from "../place.ts";
import { postgresDialect } from "../postgres.ts";

/** Reads a few rows of a database whatever its tables are, and leaves no trace. */
export interface BareReader {
  rows<T>(sql: string, ...values: (string | number)[]): Promise<T[]>;
  /** Which of these tables are there. */
  tables(...names: string[]): Promise<Set<string>>;
  close(): Promise<void>;
}

/**
 * A file that nobody has open has no write-ahead log; SQLite would make one beside it even for reading, unless it is
 * told that nobody writes meanwhile.
 */
function bareSqlite(path: string): BareReader {
  const url = pathToFileURL(path);
  if (!existsSync(`${path}-wal`)) url.searchParams.set("immutable", "1");
  const database = new DatabaseSync(url, { readOnly: true, timeout: 10_000 });
  const rows = async <T>(sql: string, ...values: SQLInputValue[]) =>
    database.prepare(sql).all(...values) as T[];
  return {
    rows,
    async tables(...names) {
      const list = names.map(() => "?").join();
      const found = await rows<{ name: string }>(
        `SELECT name FROM sqlite_master WHERE type = 'table' AND name IN (${list})`,
        ...names,
      );
      return new Set(found.map(({ name }) => name));
    },
    close: async () => database.close(),
  };
}

function barePostgres(url: string): BareReader {
  const db = new Kysely({ dialect: postgresDialect(url, { readOnly: true }) });
  const rows = async <T>(sql: string, ...values: (string | number)[]) => {
    let place = 0;
    const numbered = sql.replaceAll("?", () => {
      place += 1;
      return `$${place}`;
    });
    return (await db.executeQuery<T>(CompiledQuery.raw(numbered, values))).rows;
  };
  return {
    rows,
    async tables(...names) {
      const found = await Promise.all(
        names.map((name) =>
          rows<{ there: boolean }>("SELECT to_regclass(CAST(? AS text)) IS NOT NULL AS there", name),
        ),
      );
      return new Set(names.filter((_, index) => found[index]?.[0]?.there === true));
    },
    close: () => db.destroy(),
  };
}

/** Opens a database that is there. The driver's errors are thrown as they are. */
export const openBare = (place: string): BareReader =>
  isPostgresUrl(place) ? barePostgres(place) : bareSqlite(place);
