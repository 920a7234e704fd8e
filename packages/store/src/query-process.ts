import { Worker } from "node:worker_threads";
import Database from "better-sqlite3";
import { distinct } from "./distinct-names.ts";
import type { Cell, ParameterValue, QueryMessage, QueryStart } from "./query-message.ts";
import { latestNightSql } from "./views/latest-day.ts";

/**
 * The process that a query runs in: SQLite cannot be interrupted from JavaScript, a process can be killed.
 * It imports as little as it can, since every query waits for it to start.
 */
const BATCH_ROWS = 1000;
const BATCH_SIZE = 256 * 1024;

/**
 * Ends this process when its parent, whose id is its argument, is gone: the main thread may be in SQLite and never
 * hear of it.
 */
const WATCH = `setInterval(() => process.ppid === ${Number(process.argv[2])} || process.kill(process.pid, "SIGKILL"), 500)`;

type Bound = Record<string, Cell>;

const tell = (message: QueryMessage): void => {
  process.send?.(message);
};
const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function open(path: string): Database.Database {
  const database = new Database(path, { readonly: true, fileMustExist: true, timeout: 10_000 });
  database.pragma("query_only = ON");
  database.prepare("SELECT 1 FROM night LIMIT 1").get();
  return database;
}

function bind(database: Database.Database, parameters: Readonly<Record<string, ParameterValue>>): Bound {
  const latest = () => database.prepare<[], string | null>(latestNightSql("sqlite")).pluck().get() ?? null;
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === "object" && value !== null ? latest() : value,
    ]),
  );
}

function start({ path, sql, parameters = {} }: QueryStart): Iterator<Cell[]> | null {
  let database: Database.Database;
  try {
    database = open(path);
  } catch (error) {
    tell({ kind: "unreadable", why: reason(error) });
    return null;
  }
  try {
    const statement = database.prepare<[Bound], Cell[]>(sql);
    if (!statement.reader || !statement.readonly) {
      tell({ kind: "refused", why: "it would change the ledger, and what is on record stays" });
      return null;
    }
    statement.raw(true).safeIntegers(true);
    const rows = statement.iterate(bind(database, parameters));
    tell({ kind: "columns", columns: distinct(statement.columns().map(({ name }) => name)) });
    return rows;
  } catch (error) {
    tell({ kind: "unanswered", why: reason(error) });
    return null;
  }
}

const sizeOf = (row: readonly Cell[]): number =>
  row.reduce<number>(
    (sum, cell) => sum + (typeof cell === "string" || cell instanceof Uint8Array ? cell.length : 8),
    0,
  );

function nextBatch(rows: Iterator<Cell[]>): QueryMessage {
  const batch: Cell[][] = [];
  try {
    for (let size = 0; batch.length < BATCH_ROWS && size < BATCH_SIZE; ) {
      const next = rows.next();
      if (next.done === true) return { kind: "batch", rows: batch, last: true };
      batch.push(next.value);
      size += sizeOf(next.value);
    }
    return { kind: "batch", rows: batch, last: false };
  } catch (error) {
    return { kind: "unanswered", why: reason(error) };
  }
}

// Ctrl-C reaches the whole group; the parent decides, and says why.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit());
new Worker(WATCH, { eval: true }).unref();
process.once("message", (query: QueryStart) => {
  const rows = start(query);
  if (rows !== null) process.on("message", () => tell(nextBatch(rows)));
});
