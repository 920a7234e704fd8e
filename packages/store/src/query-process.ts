import { distinct } from "./distinct-names.ts";
import { shownBytes } from "./query/memory-limit.ts";
import { type OpenedForReading, openForReading } from "./query/open-for-reading.ts";
import { prepareStatement } from "./query/prepare-statement.ts";
import { watchProcess } from "./query/process-watch.ts";
import type { Cell, QueryMessage, QueryStart } from "./query-message.ts";

/**
 * The process that a query runs in. Its arguments are the id of its parent and
 * how much memory both may take. It imports as little as it can, since every query waits for it to start.
 */
const BATCH_ROWS = 1000;
const BATCH_SIZE = 256 * 1024;

/** What SQLite returns for a value longer than its limit, and where it has no memory (rescode.html). */
const TOO_LONG = new Set([18, 7]);

let rows: Iterator<unknown> | undefined;
let longest = 0;

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const tooLong = (what: string): QueryMessage => ({
  kind: "tooLong",
  why: `${what} is longer than ${shownBytes(longest)}`,
});

function faultOf(error: unknown): QueryMessage {
  const code = error instanceof Error && "errcode" in error ? error.errcode : null;
  return typeof code === "number" && TOO_LONG.has(code)
    ? tooLong("a value")
    : { kind: "unanswered", why: reason(error) };
}

function start({ path, longestValue, ...query }: QueryStart): QueryMessage {
  longest = longestValue;
  let opened: OpenedForReading;
  try {
    opened = openForReading({ path, longestValue });
  } catch (error) {
    return { kind: "unreadable", why: reason(error) };
  }
  const prepared = prepareStatement(opened, query);
  if ("why" in prepared) return prepared;
  try {
    rows = prepared.statement.iterate(prepared.bound);
    return { kind: "columns", columns: distinct(prepared.statement.columns().map(({ name }) => name)) };
  } catch (error) {
    return faultOf(error);
  }
}

const sizeOf = (row: readonly Cell[]): number =>
  row.reduce<number>(
    (sum, cell) => sum + (typeof cell === "string" || cell instanceof Uint8Array ? cell.length : 8),
    0,
  );

function nextBatch(rows: Iterator<unknown>): QueryMessage {
  const batch: Cell[][] = [];
  try {
    for (let size = 0; batch.length < BATCH_ROWS && size < BATCH_SIZE; ) {
      const next = rows.next();
      if (next.done === true) return { kind: "batch", rows: batch, last: true };
      // rows are lists of cells, as the statement was asked to return them
      const row = next.value as Cell[];
      const rowSize = sizeOf(row);
      if (rowSize > longest) return tooLong("a row");
      batch.push(row);
      size += rowSize;
    }
    return { kind: "batch", rows: batch, last: false };
  } catch (error) {
    return faultOf(error);
  }
}

// Ctrl-C reaches the whole group; the parent decides, and says why.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit());
watchProcess(Number(process.argv[2]), Number(process.argv[3]));
process.on("message", (message: QueryStart | "next") => {
  if (message !== "next") process.send?.(start(message));
  else if (rows !== undefined) process.send?.(nextBatch(rows));
});
