import { targetOn, type ViewDefinition } from "./fragments.ts";

/** HSS, "API Throttling": so many calls a minute of an operation, per user and per source address. */
const QUOTA_A_MINUTE = 5;

/** What runs cost, minute by minute and target by target, and what they failed at. */
export const RUN_STATISTICS_VIEWS: readonly ViewDefinition[] = [
  [
    "run_statistics",
    `SELECT run_id, calls, quota_calls, quota_calls / ${QUOTA_A_MINUTE}.0 AS quota_minutes, received_bytes, seconds,
        throttled_seconds
      FROM run_measure`,
  ],
  ["run_minute", "SELECT run_id, minute, calls, fresh, missing FROM run_minute_read"],
  [
    "run_slow_target",
    `SELECT s.run_id, s.place, ${targetOn("r.data_date")}, s.ms, s.waited_ms, s.ms - s.waited_ms AS busy_ms, s.attempts
      FROM run_slow_read s JOIN run r ON r.id = s.run_id JOIN target t ON t.id = s.target_id`,
  ],
  [
    "run_failure",
    "SELECT run_id, data_date, failure_kind, COUNT(*) AS targets FROM gap GROUP BY run_id, data_date, failure_kind",
  ],
];
