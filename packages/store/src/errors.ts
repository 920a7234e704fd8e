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
  }
}

/** A raw answer that is not what it was when it was kept. */
export class DamagedPayloadError extends Error {
  constructor(payloadId: number, cause?: unknown) {
    const why = cause instanceof Error ? ` (${cause.message})` : "";
    super(
      `Payload ${payloadId} does not give the bytes that its hash stands for${why}: the ledger is damaged. Run "nightledger doctor", and restore a backup.`,
      { cause },
    );
    this.name = "DamagedPayloadError";
  }
}

/** A block of payloads that could not be made; every payload stays as it was. */
export class PackingError extends Error {
  constructor(why: string) {
    super(`A block of payloads is not kept: ${why}. Nothing is lost. Run it again; check memory and disk.`);
    this.name = "PackingError";
  }
}
