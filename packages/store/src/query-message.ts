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

/** The first thing a query's process is told. */
export interface QueryStart extends Query {
  path: string;
}

/** What a query's process tells: its columns first; then, each time it is asked, a batch; or what is wrong. */
export type QueryMessage =
  | { kind: "columns"; columns: string[] }
  | { kind: "batch"; rows: Cell[][]; last: boolean }
  | { kind: "refused" | "unanswered" | "unreadable"; why: string };
