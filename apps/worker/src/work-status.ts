import { type Kysely, sql } from "kysely";

/** What waits in a queue, or is in hand, for an account. */
export interface QueueStatus {
  queue: string;
  /** Null of reports. */
  account: string | null;
  waiting: number;
  in_hand: number;
  /** Of those that wait: given back, or taken over from a worker that fell silent. */
  again: number;
  /** How long the oldest that waits has waited. Seconds; null where none waits. */
  oldest_seconds: number | null;
}

/** A worker, as it said last. */
export interface WorkerStatus {
  worker_id: string;
  host: string;
  pid: number;
  egress: string;
  regions: string;
  renders: boolean;
  version: string;
  is_alive: boolean;
  silent_seconds: number;
  in_hand: number;
  done: number;
  failed: number;
  calls: number;
  done_last_minute: number;
  calls_last_minute: number;
}

/** A quota that workers share, and how much of it is taken at this moment. */
export interface QuotaStatus {
  lane: string;
  places: number;
  taken: number;
}

/** What workers do at this moment. */
export interface WorkStatus {
  queues: QueueStatus[];
  workers: WorkerStatus[];
  quotas: QuotaStatus[];
}

/** What workers do at this moment; null where the database has never had any. */
export async function workStatus(reader: { db: unknown }): Promise<WorkStatus | null> {
  // its tables are no views of the ledger
  const db = reader.db as Kysely<unknown>;
  const { rows } = await sql<{ there: boolean }>`
    SELECT to_regclass('nightledger_work.queue_status') IS NOT NULL AS there`.execute(db);
  if (rows[0]?.there !== true) return null;
  const queues = await sql<QueueStatus>`
    SELECT * FROM nightledger_work.queue_status
    WHERE queue SIMILAR TO '(fetch|suspect|render)-%' ORDER BY queue, account`.execute(db);
  const workers = await sql<WorkerStatus>`
    SELECT worker_id, host, pid, egress, regions, renders, version, is_alive, silent_seconds, in_hand, done, failed,
      calls, done_last_minute, calls_last_minute
    FROM nightledger_work.worker_status ORDER BY host, pid`.execute(db);
  const quotas = await sql<QuotaStatus>`
    SELECT lane, places, taken FROM nightledger_work.quota_status ORDER BY lane`.execute(db);
  return { queues: queues.rows, workers: workers.rows, quotas: quotas.rows };
}
