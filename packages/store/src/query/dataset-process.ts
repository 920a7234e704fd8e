import { DatabaseSync } from "node:sqlite";
import { watchProcess } from "./process-watch.ts";
import { authorizeReading } from "./reading-authorizer.ts";
import { readingOptions } from "./reading-options.ts";

/** What a dataset's process opens. */
export interface DatasetPlace {
  path: string;
  /** The longest value, in bytes. */
  longestValue: number;
  /** Statements that make the temporary views of an audience. */
  temporary: readonly string[];
}

/** One message to the process; it answers each with one. */
export type DatasetOrder =
  | ({ kind: "open" } & DatasetPlace)
  | { kind: "begin" | "end" }
  | { kind: "ask"; sql: string; bound: readonly (string | number | bigint | null)[] };

/** What it answers. */
export type DatasetAnswer =
  | { kind: "done" }
  | { kind: "rows"; rows: Record<string, string | number | null>[] }
  | { kind: "failed"; why: string };

let database: DatabaseSync | undefined;
let readable: ReadonlySet<string> = new Set();

const namesIn = (opened: DatabaseSync): Set<string> =>
  new Set(
    opened
      .prepare("SELECT name FROM sqlite_schema UNION ALL SELECT name FROM sqlite_temp_schema")
      .all()
      .map(({ name }) => String(name).toLowerCase()),
  );

/** Which view a dataset reads was checked by the shape of its SQL; a name without a column may be a CTE's. */
const guard = (opened: DatabaseSync): void =>
  authorizeReading(opened, { mayRead: (name, column) => column === "" || readable.has(name) });

/** Sorting takes place in memory, which is limited, not in files, which are not. */
function open({ path, longestValue, temporary }: DatasetPlace): DatabaseSync {
  const opened = new DatabaseSync(path, readingOptions(longestValue));
  opened.exec("PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF");
  for (const statement of temporary) opened.exec(statement);
  opened.exec("PRAGMA query_only = ON");
  readable = namesIn(opened);
  guard(opened);
  return opened;
}

/** The guard lets nothing but a SELECT through, and these are ours. */
function unguarded(opened: DatabaseSync, statement: "BEGIN" | "COMMIT"): void {
  opened.setAuthorizer(null);
  try {
    opened.exec(statement);
  } finally {
    guard(opened);
  }
}

function answer(order: DatasetOrder): DatasetAnswer {
  if (order.kind === "open") {
    database = open(order);
    return { kind: "done" };
  }
  if (database === undefined) throw new RangeError("The ledger has not been opened.");
  if (order.kind === "ask") {
    const rows = database.prepare(order.sql).all(...order.bound);
    return { kind: "rows", rows: rows as Record<string, string | number | null>[] };
  }
  unguarded(database, order.kind === "begin" ? "BEGIN" : "COMMIT");
  return { kind: "done" };
}

// Ctrl-C reaches the whole group; the parent decides, and says why.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit());
watchProcess(Number(process.argv[2]), Number(process.argv[3]));
process.on("message", (order: DatasetOrder) => {
  try {
    process.send?.(answer(order));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.send?.({ kind: "failed", why } satisfies DatasetAnswer);
  }
});
