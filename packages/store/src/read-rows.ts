import { type Kysely, PostgresAdapter, type RawBuilder, sql } from "kysely";
import { namesIn } from "./bind-names.ts";
import type { Reader } from "./open.ts";
import { checkDataset } from "./query/check-dataset.ts";
import { DATASET_LIMITS, type DatasetLimits, type DatasetSession } from "./query/dataset-session.ts";
import { readPostgresRows } from "./query/read-postgres-rows.ts";
import { SqliteReaderAdapter } from "./sqlite.ts";

export type Cell = string | number | null;
export type Row = Record<string, Cell>;

/** PostgreSQL wants to know the type of what is bound. */
function castOf(value: Cell): RawBuilder<unknown> {
  if (typeof value !== "number") return sql`CAST(${value} AS text)`;
  return Number.isInteger(value) ? sql`CAST(${value} AS bigint)` : sql`CAST(${value} AS double precision)`;
}

/** SQLite carries a plain value into the parts of a view, and no cast; a whole number has to be said to be one. */
const plain = (value: Cell): RawBuilder<unknown> =>
  sql`${typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value}`;

/**
 * The rows of one SELECT over the views, `:name` in it being bound; names that are not given stay as they are.
 * Column names in the order of the SELECT, also where there is no row, are not told: rows alone. On SQLite it is run
 * only if it reads those views and nothing else, in a process of its own.
 *
 * @throws QueryRefusedError, QueryError, DatasetTimeoutError, DatasetMemoryError, UnreadableLedgerError
 */
export async function readRows(
  db: Reader["db"],
  text: string,
  parameters: Readonly<Record<string, Cell>>,
  limits: DatasetLimits = DATASET_LIMITS,
): Promise<Row[]> {
  const untyped = db as unknown as Kysely<unknown>;
  const isPostgres = untyped.getExecutor().adapter instanceof PostgresAdapter;
  const bound = isPostgres ? castOf : plain;
  const parts = namesIn(text).map(({ token, name }) => {
    const value = name === undefined ? undefined : parameters[name];
    return value === undefined ? sql.raw(token) : bound(value);
  });
  const statement = sql<Row>`${sql.join(parts, sql``)}`;
  if (isPostgres) return await readPostgresRows(untyped, statement, limits.timeoutMs);
  const query = statement.compile(untyped);
  // what is checked is what is run, to the letter
  checkDataset(query.sql);
  const { adapter } = untyped.getExecutor();
  if (!(adapter instanceof SqliteReaderAdapter))
    throw new RangeError("A dataset is read by a handle that only reads.");
  return await adapter.session.ask(
    query.sql,
    query.parameters as Parameters<DatasetSession["ask"]>[1],
    limits,
  );
}
