import { hostname } from "node:os";
import type { Ledger } from "@nightledger/store";
import type { FilePermissions } from "@nightledger/store/atomic-file";
import { workStatus } from "@nightledger/worker";
import { type Metric, metricsText } from "../watch/metrics-text.ts";
import { writeFileWhole } from "../write-file-whole.ts";

async function* pieces(text: string): AsyncGenerator<string> {
  yield text;
}

/** Figures of one worker, and of what all of them share. */
async function metricsOf(ledger: Ledger, workerId: string): Promise<Metric[]> {
  const status = await workStatus(ledger);
  if (status === null) return [];
  const { queues, quotas } = status;
  const own = status.workers.filter(({ worker_id }) => worker_id === workerId);
  const waiting = (pick: (one: (typeof queues)[number]) => number | null) =>
    queues.map((one) => ({ labels: { queue: one.queue, account: one.account ?? "" }, value: pick(one) }));
  const mine = (
    figure: "done" | "failed" | "calls" | "done_last_minute" | "calls_last_minute",
    help: string,
  ): Metric => ({
    name: `nightledger_worker_${figure}`,
    help,
    samples: own.map((one) => ({ labels: { worker: `${hostname()}:${one.pid}` }, value: one[figure] })),
  });
  return [
    {
      name: "nightledger_queue_waiting",
      help: "Jobs that wait for a worker, by queue and account.",
      samples: waiting((one) => one.waiting),
    },
    {
      name: "nightledger_queue_in_hand",
      help: "Jobs that workers have in hand.",
      samples: waiting((one) => one.in_hand),
    },
    {
      name: "nightledger_queue_oldest_seconds",
      help: "How long the oldest job that waits has waited; absent where none waits.",
      samples: waiting((one) => one.oldest_seconds),
    },
    {
      name: "nightledger_quota_places",
      help: "Calls that a quota allows in its window, by user or operation.",
      samples: quotas.map(({ lane, places }) => ({ labels: { lane }, value: places })),
    },
    {
      name: "nightledger_quota_taken",
      help: "Of them, those that are taken at this moment.",
      samples: quotas.map(({ lane, taken }) => ({ labels: { lane }, value: taken })),
    },
    {
      name: "nightledger_workers_alive",
      help: "Workers that were heard of lately.",
      samples: [{ value: status.workers.filter(({ is_alive }) => is_alive).length }],
    },
    mine("done", "Jobs that this worker has done since it began."),
    mine("failed", "Jobs that this worker gave back."),
    mine("calls", "Calls that this worker has made since it began."),
    mine("done_last_minute", "Jobs that this worker did in the last minute."),
    mine("calls_last_minute", "Calls that this worker made in the last minute."),
  ];
}

/** Writes the figures of a worker as a Prometheus textfile, in one step. @throws UsageError where it cannot be written */
export async function writeWorkerMetrics(
  { file, permissions }: { file: string; permissions: FilePermissions },
  ledger: Ledger,
  workerId: string,
): Promise<void> {
  const text = metricsText(await metricsOf(ledger, workerId));
  await writeFileWhole(file, pieces(text), { signal: new AbortController().signal, permissions });
}
