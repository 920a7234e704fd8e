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

/** An analyst's query that cannot be answered. */
export class QueryError extends Error {
  constructor(why: string, cause?: unknown) {
    super(`The query is refused: ${why}. The views are listed in docs/ledger.md.`, { cause });
    this.name = "QueryError";
  }
}

/** A ledger that could not be copied into another database. What is there of it stays; the same copy goes on. */
export class CopyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CopyError";
/** A run that has ended, and was sealed, is written under. */
export class RunOverError extends Error {
  constructor(runId: number, status: string) {
    super(
      `Run ${runId} has ended already (${status}): another run began while it was under way. What it has on record stays. Let one run at a time write the ledger.`,
    );
    this.name = "RunOverError";
  }
}
