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

/** There is no room for what was to be written. */
export class DiskFullError extends Error {
  constructor(code: string, cause: unknown) {
    super(
      `The ledger cannot be written: there is no room left where "database" lies (${code}). What is on record stays. ` +
        "Make room there, then run the same command again: it fetches only what is missing.",
      { cause },
    );
    this.name = "DiskFullError";
  }
}

/** An analyst's query that cannot be answered. */
export class QueryError extends Error {
  constructor(why: string, cause?: unknown) {
    super(`The query is refused: ${why}. The views are listed in docs/ledger.md.`, { cause });
    this.name = "QueryError";
  }
}
