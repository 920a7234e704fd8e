import type { Connection, FieldDef, Submittable } from "pg";

/** A part of an answer: cells as the server writes them, null for null. */
export interface Page {
  fields: readonly FieldDef[];
  rows: readonly (readonly (string | null)[])[];
  last: boolean;
}

/** What the server was given returns no rows: it is no query, whatever it looked like. */
export class NoRowsError extends Error {
  constructor() {
    super("it is not a query, so it returns no rows");
    this.name = "NoRowsError";
  }
}

/** Rows of one page are more than a process should hold. */
export class PageTooLargeError extends Error {
  constructor(maxBytes: number) {
    super(`one batch of its rows takes more than ${maxBytes / 2 ** 20} MiB; select shorter columns`);
    this.name = "PageTooLargeError";
  }
}

const MOST_ROWS = 1000;
/** Pages of wide rows have fewer rows, so that a page is of about this size. */
const PAGE_BYTES = 4 * 2 ** 20;
const MAX_PAGE_BYTES = 256 * 2 ** 20;

/**
 * One statement as a portal of PostgreSQL's extended protocol. Parse takes one statement and no more, so that no text
 * can end it and begin another; and Execute returns as many rows as are asked for, so that no cursor has to be made by
 * SQL. https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 *
 * pg calls the `handle…` methods. Within a transaction that something else has begun.
 */
export class PostgresPortal implements Submittable {
  readonly #text: string;
  readonly #values: readonly (string | null)[];
  #connection: Connection | undefined;
  #fields: readonly FieldDef[] | undefined;
  #rows: (string | null)[][] = [];
  #bytes = 0;
  #rowsAPage = MOST_ROWS;
  #page = Promise.withResolvers<Page>();
  #tooLarge = false;

  constructor(text: string, values: readonly (string | number | null)[]) {
    this.#text = text;
    this.#values = values.map((value) => (value === null ? null : String(value)));
  }

  /** The first page, which comes by itself. */
  get first(): Promise<Page> {
    return this.#page.promise;
  }

  /** The next page, after one that was not the last. */
  next(): Promise<Page> {
    this.#page = Promise.withResolvers<Page>();
    this.#execute();
    return this.#page.promise;
  }

  submit(connection: Connection): void {
    this.#connection = connection;
    connection.parse({ name: "", text: this.#text, types: [] }, true);
    connection.bind({ values: [...this.#values] }, true);
    connection.describe({ type: "P", name: "" }, true);
    this.#execute();
  }

  #execute(): void {
    this.#rows = [];
    this.#bytes = 0;
    this.#connection?.execute({ rows: String(this.#rowsAPage) }, true);
    this.#connection?.flush();
  }

  #resolve(last: boolean): void {
    if (this.#tooLarge) return;
    if (this.#fields === undefined) this.#page.reject(new NoRowsError());
    else this.#page.resolve({ fields: this.#fields, rows: this.#rows, last });
  }

  handleRowDescription({ fields }: { fields: FieldDef[] }): void {
    this.#fields = fields;
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    if (this.#tooLarge) return;
    for (const cell of fields) this.#bytes += cell?.length ?? 0;
    if (this.#bytes <= MAX_PAGE_BYTES) {
      this.#rows.push(fields);
      return;
    }
    this.#tooLarge = true;
    this.#rows = [];
    this.#page.reject(new PageTooLargeError(MAX_PAGE_BYTES));
  }

  handlePortalSuspended(): void {
    const fitting = Math.floor((this.#rowsAPage * PAGE_BYTES) / Math.max(1, this.#bytes));
    this.#rowsAPage = Math.min(MOST_ROWS, Math.max(1, fitting));
    this.#resolve(false);
  }

  handleCommandComplete(_message: unknown, connection: Connection): void {
    connection.sync();
    this.#resolve(true);
  }

  handleEmptyQuery(connection: Connection): void {
    connection.sync();
    this.#resolve(true);
  }

  /** The server skips everything after an error, until Sync. */
  handleError(error: Error, connection: Connection): void {
    if (connection.stream.writable) connection.sync();
    this.#page.reject(error);
  }

  handleReadyForQuery(): void {}

  /** Of COPY, which a transaction that only reads may do outwards: what comes is dropped. */
  handleCopyData(): void {}

  handleCopyInResponse(connection: Connection): void {
    connection.stream.destroy();
  }
}
