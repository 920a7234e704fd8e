import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isDamage } from "./backup/damage.ts";
import {
  NoLedgerError,
  QueryError,
  QueryProcessError,
  QueryRefusedError,
  UnreadableLedgerError,
} from "./errors.ts";
import { patience, type QueryLimits } from "./patience.ts";
import { isPostgresUrl } from "./place.ts";
import {
  type Cell,
  LATEST_NIGHT,
  type ParameterValue,
  type Query,
  type QueryMessage,
  type QueryStart,
} from "./query-message.ts";
import { refusal } from "./refusal.ts";

export { type Cell, LATEST_NIGHT, type ParameterValue, type Query, type QueryLimits };

/** The rows of a query, in batches, each read when it is asked for. */
export interface QueryRows {
  columns: readonly string[];
  batches: AsyncIterable<readonly (readonly Cell[])[]>;
  /** Stops the query, whatever it is doing. */
  close(): void;
}

const PROCESS = fileURLToPath(new URL("./query-process.ts", import.meta.url));

const startProcess = (): ChildProcess =>
  fork(PROCESS, [String(process.pid)], {
    serialization: "advanced",
    execArgv: ["--max-semi-space-size=2"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });

/** Sends a message and listens from then on, so that an answer is heard whenever it comes. */
function ask(child: ChildProcess, message: QueryStart | "next"): Promise<QueryMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<QueryMessage>();
  const ended = () => reject(new QueryProcessError(child.signalCode ?? `status ${child.exitCode}`));
  child.once("message", resolve);
  child.once("exit", ended);
  child.once("error", reject);
  if (child.exitCode !== null || child.signalCode !== null) ended();
  // an error of sending is an end of the process, which is heard of
  child.send(message, () => {});
  const quiet = () => {
    child.off("message", resolve);
    child.off("exit", ended);
    child.off("error", reject);
  };
  promise.then(quiet, quiet);
  return promise;
}

/** A batch's rows, or the columns; what the process found wrong is thrown. */
function unwrap(
  path: string,
  message: QueryMessage,
): Extract<QueryMessage, { columns: unknown } | { rows: unknown }> {
  switch (message.kind) {
    case "refused":
      throw new QueryRefusedError(message.why);
    case "unanswered":
      if (isDamage(message.why)) throw new UnreadableLedgerError(path, message.why);
      throw new QueryError(message.why);
    case "unreadable":
      throw new UnreadableLedgerError(path, message.why);
    default:
      return message;
  }
}

/**
 * Runs one SELECT of an analyst over a ledger that is opened for reading only, in a process of its own that is
 * killed at the time limit, on abort and on close. Parameters (`:name`) are bound.
 *
 * @throws QueryRefusedError, NoLedgerError, UnreadableLedgerError, QueryError, QueryTimeoutError, QueryProcessError
 */
export async function queryLedger(path: string, query: Query, limits: QueryLimits): Promise<QueryRows> {
  const why = refusal(query.sql);
  if (why !== null) throw new QueryRefusedError(why);
  if (isPostgresUrl(path))
    return await (await import("./query-postgres.ts")).queryPostgres(path, query, limits);
  if (!existsSync(path)) throw new NoLedgerError(path);
  const child = startProcess();
  const close = () => {
    child.kill("SIGKILL");
  };
  const inTime = patience(limits);
  try {
    const first = unwrap(path, await inTime(ask(child, { path, ...query })));
    if (first.kind !== "columns") throw new QueryProcessError("no columns");
    return { columns: first.columns, batches: batchesOf(), close };
  } catch (error) {
    close();
    throw error;
  }

  /** Asks for a batch ahead, so that the process reads while the last one is written. */
  async function* batchesOf() {
    try {
      let coming = ask(child, "next");
      while (true) {
        const batch = unwrap(path, await inTime(coming));
        if (batch.kind !== "batch") throw new QueryProcessError("no rows");
        if (!batch.last) coming = ask(child, "next");
        if (batch.rows.length > 0) yield batch.rows;
        if (batch.last) return;
      }
    } finally {
      close();
    }
  }
}
