import { DatabaseSync } from "node:sqlite";
import { authorizeReading, noView } from "./reading-authorizer.ts";

/** The views that a statement may read, with their columns, and the schema that they lie in. */
export interface Shapes {
  views: ReadonlyMap<string, readonly string[]>;
  /** An audience's views are temporary: `main.risk_daily` would be those of everybody. */
  schema: "main" | "temp";
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const shape = (schema: string, view: string, columns: readonly string[]): string =>
  `CREATE VIEW ${schema}.${quoted(view)} (${columns.map(quoted).join(", ")}) AS SELECT ${columns.map(() => "NULL").join(", ")}`;

/** A statement reaches past what it may read, by the words of an engine that has nothing else. */
export class ShapeError extends Error {
  /** Why it is refused; null where the engine does not understand it. */
  readonly refused: string | null;

  constructor(refused: string | null, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "ShapeError";
    this.refused = refused;
  }
}

/** Whether the engine itself knows such a table: sqlite_schema, dbstat, pragma_table_info … */
function isBuiltIn(database: DatabaseSync, name: string): boolean {
  try {
    database.prepare(`SELECT 1 FROM ${quoted(name)}`);
    return true;
  } catch (error) {
    return !(error instanceof Error && error.message.startsWith("no such table: "));
  }
}

/**
 * Compiles a statement over a database in memory that has nothing but empty views by the names of those it may read.
 * What compiles there names no other table or schema, in whatever way it is written: the names were looked up by
 * SQLite itself. It is not run there.
 *
 * @throws ShapeError
 */
export function checkShape(sql: string, { views, schema }: Shapes): void {
  const database = new DatabaseSync(":memory:", { defensive: true });
  const columnless = new Set<string>();
  let refused: string | null = null;
  try {
    for (const [view, columns] of views) database.exec(shape(schema, view, columns));
    authorizeReading(database, {
      mayRead(name, column) {
        // a CTE, or a table of the engine's own
        if (column === "" && !views.has(name)) columnless.add(name);
        return column === "" || views.has(name);
      },
      denied(why) {
        refused ??= why;
      },
    });
    database.prepare(sql);
    database.setAuthorizer(null);
    const builtIn = [...columnless].find((name) => isBuiltIn(database, name));
    if (builtIn !== undefined) refused = noView(builtIn);
    if (refused !== null) throw new Error("not authorized");
  } catch (error) {
    throw new ShapeError(refused, error);
  } finally {
    database.close();
  }
}
