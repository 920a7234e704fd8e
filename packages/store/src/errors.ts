/** There is no ledger where one was to be read. */
export class NoLedgerError extends Error {
  constructor(path: string) {
    super(
      `There is no ledger at ${path}. Run "nightledger ingest" first, or check "database" in the configuration.`,
    );
    this.name = "NoLedgerError";
  }
}

/** The file is there, but it is no ledger, or cannot be opened. */
export class UnreadableLedgerError extends Error {
  constructor(path: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`The ledger at ${path} cannot be opened (${why}). Check the path, its permissions and the disk.`, {
      cause,
    });
    this.name = "UnreadableLedgerError";
  }
}

/** A query that is not run over a ledger, because it is more than a question. */
export class QueryRefusedError extends Error {
  constructor(why: string) {
    super(`The query is refused: ${why}.`);
    this.name = "QueryRefusedError";
  }
}

/** A query that the database cannot answer. */
export class QueryError extends Error {
  constructor(why: string) {
    super(`The query cannot be answered: ${why}. The views are listed in docs/ledger.md.`);
    this.name = "QueryError";
  }
}

/** A query that ran into its time limit, and was stopped. */
export class QueryTimeoutError extends Error {
  constructor(timeoutMs: number) {
    super(
      `The query was stopped: it had no answer after ${timeoutMs / 1000} s, its time limit. Ask for less, for instance one data_date, or give it longer with --timeout.`,
    );
    this.name = "QueryTimeoutError";
  }
}

/** The process of a query ended before its answer was whole. */
export class QueryProcessError extends Error {
  constructor(how: string) {
    super(
      `The query's own process ended early (${how}). Ask again; if it ends again, look whether the machine is out of memory.`,
    );
    this.name = "QueryProcessError";
  }
}
