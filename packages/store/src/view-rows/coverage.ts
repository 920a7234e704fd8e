import type { Observation, UnitColumn } from "./columns.ts";

export interface CoverageTargetDaily extends Observation, UnitColumn {
  outcome: "fresh" | "missing";
  /** Why it is missing, from the closed list of failure kinds; null when fresh. */
  failure_kind: string | null;
  /** Calls made for it on that night. */
  attempts: number;
  /** The last good night shown in its place; null when fresh or when there never was one. */
  carried_from: string | null;
  /** The score of that night. Points, 0–100. */
  carried_score: number | null;
  carried_total_risk_num: number | null;
  /** What went wrong, in one sentence; null when fresh. */
  detail: string | null;
  /** The run that gave this outcome. */
  run_id: number;
}

export interface CoverageDaily {
  data_date: string;
  expected: number;
  fresh: number;
  /** Missing, with an earlier night to show in its place. */
  carried: number;
  /** All that is not fresh, carried included. */
  missing: number;
}

/** What of an account's targets there is on a night. */
export interface CoverageAccountDaily {
  data_date: string;
  account: string;
  /** Null where nobody knows: its discovery failed before it was ever shown, or showed a part. */
  expected: number | null;
  fresh: number;
  /** What stands for a whole account, or for what is not known of it, counts as one. */
  missing: number;
  /** Why nobody knows how many are expected; null where it is known. */
  failure_kind: string | null;
  /** The same in a sentence. */
  detail: string | null;
}

/** A calendar night. Every day from the first night on record to the last is there. */
export interface NightDaily {
  data_date: string;
  /** Days since 1970-01-01: subtract two of them to count days. */
  day_number: number;
  /** 1 where at least one target has a snapshot of it, else 0. */
  observed: number;
  /** The last earlier night that has snapshots: what "change" is measured from. Null on the first. */
  previous_date: string | null;
  /** Calendar nights between the two that have none. */
  nights_between: number | null;
}

/**
 * What a run was for: fetching, reading stored answers again, packing old ones, taking a night out of every figure, or
 * going on with a ledger that contradicts what was made from it.
 */
export type RunKind = "ingest" | "replay" | "compact" | "retract" | "accept";

/** One execution of ingest, of a night's replay, or of compact. */
export interface RunHistory {
  run_id: number;
  kind: RunKind;
  /** The night that was recorded or read again; of a compaction or an acceptance the day on which it ran. */
  data_date: string;
  /** ISO 8601, UTC. */
  started_at: string;
  /** Null while it runs, and for ever when it was interrupted. */
  finished_at: string | null;
  status: "running" | "complete" | "partial" | "failed" | "interrupted";
  /** Targets it had to give an outcome; of a replay the answers it read, of a compaction the payloads to pack. */
  expected: number | null;
  /** Targets that an earlier run of the same date had fetched; of a replay the answers it reads as before. */
  already_fresh: number | null;
  /** Targets fetched; of a replay the answers it reads otherwise or admits, of a compaction the payloads packed. */
  fetched: number | null;
  /** Targets missing; of a replay the answers it cannot read, of a compaction the payloads left for another. */
  missing: number | null;
  /** Why it failed; null when it did not. Of an acceptance the reason, and what was contradicted. */
  problem: string | null;
  /** 1 where its night was taken out of every figure as a whole after it, else 0. */
  retracted: number;
}
