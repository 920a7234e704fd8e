/** A cell as a query gives it: whole numbers are bigint, so that they stay exact and apart from 1.0. */
export type Cell = string | number | bigint | Uint8Array | null;

/** Stands for the newest night on record that is not after today; looked up by the query itself. */
export const LATEST_NIGHT = { latestNight: true } as const;

/** What is bound to a parameter (`:name`) of a query. */
export type ParameterValue = string | number | bigint | null | typeof LATEST_NIGHT;

/** One statement, and what is bound to its parameters. */
export interface Query {
  sql: string;
  parameters?: Readonly<Record<string, ParameterValue>>;
}

/** The first message that a query's process gets: what it is to run. */
export interface QueryStart extends Query {
  path: string;
  /** How long a value may be, and a row, in bytes. */
  longestValue: number;
}

/**
 * What a query's process returns: the columns of a statement first; then, each time it is asked, a batch; or what is
 * wrong.
 */
export type QueryMessage =
  | { kind: "columns"; columns: string[] }
  | { kind: "batch"; rows: Cell[][]; last: boolean }
  | { kind: "refused" | "unanswered" | "unreadable" | "tooLong"; why: string };
