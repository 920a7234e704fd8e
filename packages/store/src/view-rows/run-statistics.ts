import type { TargetColumns } from "./columns.ts";

/** What a run cost. Runs that were killed, and those of earlier versions, have no row. */
export interface RunStatisticsRow {
  run_id: number;
  /** Tries of every kind, tokens and discovery included. */
  calls: number;
  /** Of ListSecurityRisk and ShowRiskScore, which have a quota by the minute. */
  quota_calls: number;
  /** Minutes of one user's documented quota at one address that they take. */
  quota_minutes: number;
  /** Bodies, unpacked. */
  received_bytes: number;
  seconds: number;
  /** Seconds of them in which calls waited for their turn and none was under way. */
  throttled_seconds: number;
}

/** A minute of a run in which something took place. */
export interface RunMinuteRow {
  run_id: number;
  /** The first is 0. */
  minute: number;
  calls: number;
  fresh: number;
  missing: number;
}

/** One of the ten targets of a run that took longest. */
export interface RunSlowTarget extends TargetColumns {
  run_id: number;
  /** 1 is the slowest. */
  place: number;
  /** Milliseconds from its turn in the run until its answer. */
  ms: number;
  waited_ms: number;
  busy_ms: number;
  attempts: number;
}

/** Why targets are still missing because of a run. */
export interface RunFailure {
  run_id: number;
  data_date: string;
  failure_kind: string;
  targets: number;
}
