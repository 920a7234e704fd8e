import { DatabaseSync } from "node:sqlite";
import { latestNightSql } from "../views/latest-day.ts";
import { PUBLIC_VIEWS } from "./public-views.ts";
import { authorizeReading } from "./reading-authorizer.ts";
import { readingOptions } from "./reading-options.ts";
import type { Shapes } from "./shape-check.ts";

/** How a file is opened for statements of somebody else. */
export interface ReadingOrder {
  path: string;
  /** The longest value, in bytes. */
  longestValue: number;
}

/** A file that is open for statements of somebody else. */
export interface OpenedForReading {
  database: DatabaseSync;
  latestNight: string | null;
  /** The shapes of those views that a statement has the names of; without the others it can only be refused more. */
  shapesFor(sql: string): Shapes;
  /** Whether it is a table or a view there, whoever may read it. */
  isThere(name: string): boolean;
}

const names = (database: DatabaseSync): string[] =>
  database
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite|_%' ESCAPE '|'",
    )
    .all()
    .map(({ name }) => String(name).toLowerCase());

/** The columns of a view as they are in this very file, which may be of another version; none where it is not there. */
const columnsOf = (database: DatabaseSync, view: string): string[] =>
  database
    .prepare(`PRAGMA table_info(${view})`)
    .all()
    .map(({ name }) => String(name));

/**
 * Opens a ledger so that SQLite itself lets nothing be written, and nothing be read but its tables and views. Which of
 * them a statement names is for the shape check to look at. Sorting takes place in memory, which is limited, not in
 * files, which are not.
 */
export function openForReading({ path, longestValue }: ReadingOrder): OpenedForReading {
  const database = new DatabaseSync(path, readingOptions(longestValue));
  database.exec("PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA query_only = ON");
  const [latest] = Object.values(database.prepare(latestNightSql("sqlite")).get() ?? {});
  const there = new Set(names(database));
  // a name without a column may be a CTE's, and was looked up by the shape check
  const rules = { mayRead: (name: string, column: string) => column === "" || there.has(name) };
  authorizeReading(database, rules);
  return {
    database,
    latestNight: typeof latest === "string" ? latest : null,
    isThere: (name) => there.has(name.toLowerCase()),
    shapesFor(sql) {
      const text = sql.toLowerCase();
      const named = PUBLIC_VIEWS.filter((view) => there.has(view) && text.includes(view));
      database.setAuthorizer(null);
      try {
        return { views: new Map(named.map((view) => [view, columnsOf(database, view)])), schema: "main" };
      } finally {
        authorizeReading(database, rules);
      }
    },
  };
}
