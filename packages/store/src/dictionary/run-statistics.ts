import { DATA_DATE, type Entries, TARGET_COLUMNS } from "./entry.ts";

const RUN_ID = ["The run, as in `run_history`."] as const;

export const RUN_STATISTICS_ENTRIES: Entries<
  "run_statistics" | "run_minute" | "run_slow_target" | "run_failure"
> = {
  run_statistics: {
    meaning: "One row for each run of ingest that ended: what it cost. Runs that were killed have none.",
    key: ["run_id"],
    of: "run_history",
    columns: {
      run_id: RUN_ID,
      calls: ["Calls it made, tries again, tokens and discovery included.", "calls"],
      quota_calls: [
        "Those of them that HSS counts by the minute: ListSecurityRisk and ShowRiskScore.",
        "calls",
      ],
      quota_minutes: [
        "What these take of one user's documented quota of 5 calls a minute; each operation, user, address and region has its own.",
        "minutes",
      ],
      received_bytes: ["Bodies of answers, unpacked.", "bytes"],
      seconds: ["How long it took.", "seconds"],
      throttled_seconds: [
        "How much of that calls waited for their turn and none was under way: the quota alone held it up.",
        "seconds",
      ],
    },
  },
  run_minute: {
    meaning: "One row for each minute of a run in which something took place.",
    key: ["run_id", "minute"],
    of: "run_statistics",
    columns: {
      run_id: RUN_ID,
      minute: ["Counted from the run's beginning; the first is 0.", "minutes"],
      calls: ["Calls that began in it.", "calls"],
      fresh: ["Targets whose night was loaded in it.", "targets"],
      missing: ["Targets that were given up in it.", "targets"],
    },
  },
  run_slow_target: {
    meaning:
      "One row for each of the ten targets of a run that kept it busy longest, waiting for turns left out.",
    key: ["run_id", "place"],
    of: "run_statistics",
    columns: {
      run_id: RUN_ID,
      place: ["1 is the slowest.", "rank"],
      ...TARGET_COLUMNS,
      ms: ["From its turn in the run until its answer or its failure.", "milliseconds"],
      waited_ms: [
        "How much of that its calls waited for their turns, which the quota paces.",
        "milliseconds",
      ],
      busy_ms: ["The rest: calls, and pauses between tries.", "milliseconds"],
      attempts: ["Calls made for it.", "calls"],
    },
  },
  run_failure: {
    meaning: "One row for each kind of failure that targets are still missing for because of a run.",
    key: ["run_id", "data_date", "failure_kind"],
    of: "run_history",
    columns: {
      run_id: RUN_ID,
      data_date: DATA_DATE,
      failure_kind: ["Why they are missing, as in `coverage_target_daily`."],
      targets: ["Targets missing for it, less those that a later run has fetched.", "targets"],
    },
  },
};
