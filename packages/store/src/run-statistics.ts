import type { Transaction } from "kysely";
import type { Schema } from "./tables.ts";

/** One minute of a run in which something took place. */
export interface RunMinute {
  /** The first is 0. */
  minute: number;
  calls: number;
  /** Targets that got this outcome in it. */
  fresh: number;
  missing: number;
}

/** A target that took long. */
export interface SlowTarget {
  targetId: number;
  /** From its turn in the run until its answer. */
  ms: number;
  /** How much of that it waited for turns. */
  waitedMs: number;
  attempts: number;
}

/** What a run cost. */
export interface RunStatistics {
  calls: number;
  /** Those of them that a quota by the minute counts. */
  quotaCalls: number;
  /** Of bodies, unpacked. */
  receivedBytes: number;
  seconds: number;
  /** Of them, those in which calls waited for their turn and none was under way. */
  throttledSeconds: number;
  minutes: readonly RunMinute[];
  slowest: readonly SlowTarget[];
}

/** Keeps what a run cost, in one row. */
export async function keepRunStatistics(
  tx: Transaction<Schema>,
  runId: number,
  { minutes, slowest, ...measured }: RunStatistics,
): Promise<void> {
  const { calls, quotaCalls, receivedBytes, seconds, throttledSeconds } = measured;
  await tx
    .insertInto("run_measure")
    .values({
      run_id: runId,
      calls,
      quota_calls: quotaCalls,
      received_bytes: receivedBytes,
      seconds,
      throttled_seconds: throttledSeconds,
      minutes: JSON.stringify(minutes.map((one) => [one.minute, one.calls, one.fresh, one.missing])),
      slowest: JSON.stringify(slowest.map((one) => [one.targetId, one.ms, one.waitedMs, one.attempts])),
    })
    .execute();
}
