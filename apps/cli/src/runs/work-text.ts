import type { WorkStatus } from "@nightledger/worker";
import { formatTable } from "../format-table.ts";

const tableOf = (title: string, rows: readonly object[]): string[] => {
  const [first] = rows;
  if (first === undefined) return [];
  return [
    `${title}\n${formatTable(
      Object.keys(first),
      rows.map((row) => Object.values(row)),
    )}`,
  ];
};

/** How far the newest run is. */
export interface RunProgress {
  run_id: number;
  data_date: string;
  status: string;
  expected: number;
  fresh: number;
  missing: number;
}

/** What goes on at this moment. */
export interface Watched {
  /** ISO 8601. */
  at: string;
  /** Null where there is no run yet. */
  run: RunProgress | null;
  /** Null where no worker has ever been. */
  work: WorkStatus | null;
}

function workText({ queues, workers, quotas }: WorkStatus): string[] {
  const waits = queues.map(({ queue, account, waiting, in_hand, again, oldest_seconds }) => ({
    queue,
    account,
    waiting,
    "in hand": in_hand,
    again,
    "oldest, s": oldest_seconds,
  }));
  const hands = workers.map((one) => ({
    worker: `${one.host}:${one.pid}`,
    state: one.is_alive ? "alive" : `silent for ${one.silent_seconds} s`,
    addresses: one.egress || "the system's",
    regions: one.regions,
    renders: one.renders ? "yes" : "no",
    "in hand": one.in_hand,
    done: one.done,
    failed: one.failed,
    "done/min": one.done_last_minute,
    "calls/min": one.calls_last_minute,
  }));
  const taken = quotas
    .filter((quota) => quota.taken > 0)
    .map(({ lane, places, taken: count }) => ({ quota: lane, taken: count, of: places }));
  return [
    ...(waits.length === 0 ? ["The queue is empty.\n"] : tableOf("Queue", waits)),
    ...(hands.length === 0 ? ["There is no worker.\n"] : tableOf("Workers", hands)),
    ...tableOf("Quotas that calls have taken", taken),
  ];
}

/** What goes on, as a person reads it. */
export function watchedText({ at, run, work }: Watched): string {
  const told =
    run === null
      ? "No run yet."
      : `Run ${run.run_id}, night of ${run.data_date}, ${run.status}: ${run.fresh} of ${run.expected} targets on record, ${run.missing} not.`;
  return [`${at.slice(11, 19)} UTC  ${told}\n`, ...(work === null ? [] : workText(work))].join("\n");
}
