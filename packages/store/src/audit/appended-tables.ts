import type { Tables } from "../tables.ts";

type Columns<T extends keyof Tables> = readonly (keyof Tables[T] & string)[];

/**
 * Tables whose rows are numbered, and of which these columns never change once a row is there. A seal covers the rows
 * since the seal before, by their numbers.
 */
export const APPENDED_TABLES = {
  delivery: [
    "id",
    "data_date",
    "report",
    "audience",
    "subject",
    "locale",
    "kind",
    "edition",
    "channel",
    "recipient",
    "content",
    "created_at",
  ],
  retraction_effect: ["id", "retraction_id", "table_name", "before", "after"],
  delivery_event: ["id", "delivery_id", "at", "state", "answer", "attempts", "message_id", "next_try_at"],
} as const satisfies { [T in keyof Tables]?: Columns<T> };

export type AppendedTable = keyof typeof APPENDED_TABLES;

export const APPENDED: readonly AppendedTable[] = Object.keys(APPENDED_TABLES) as AppendedTable[];
