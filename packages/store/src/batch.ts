import type { Insertable } from "kysely";
import type { FlatRows } from "./flat-rows.ts";
import type { Tables } from "./tables.ts";

/** Tables whose rows are kept once per content, under its hash. */
export type ContentTable = "payload" | "risk_list" | TextTable;

/** Those that keep texts which recur in many contents. */
export type TextTable = "severity_word" | "counter_name" | "policy_text";

/** What is deleted by its target and date. */
export interface TargetNight {
  target_id: number;
  data_date: string;
}

/**
 * Writes many rows of a transaction at a time. Each engine has its own fastest way to do that, and this is where
 * they differ.
 */
export interface Batch {
  /** The ids of contents by their hashes; undefined is not there. */
  find(table: ContentTable, hashes: readonly Buffer[]): Promise<(number | undefined)[]>;
  /** Adds rows to a table that numbers them, and gives their ids. */
  add<T extends ContentTable | "target">(table: T, rows: readonly Insertable<Tables[T]>[]): Promise<number[]>;
  insert<T extends keyof Tables>(table: T, rows: readonly Insertable<Tables[T]>[]): Promise<void>;
  insertFlat<T extends keyof Tables>(table: T, rows: FlatRows<Tables[T]>): Promise<void>;
  clearGaps(keys: readonly TargetNight[]): Promise<void>;
}
