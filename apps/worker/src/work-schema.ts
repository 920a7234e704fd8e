import { type Ledger, NEWEST_SCHEMA } from "@nightledger/store";
import { sql } from "kysely";

/** Where pg-boss keeps its queues, beside the ledger's tables in the same database. */
export const QUEUE_SCHEMA = "nightledger_queue";

/**
 * What workers share beside the ledger, in a schema of its own: nothing in it is history, all of it may be dropped
 * between two nights. `place` is a place of a quota, free again at a time by the database's clock. `worker` is who
 * works, told by itself every few seconds.
 */
const STATEMENTS = [
  "CREATE SCHEMA IF NOT EXISTS nightledger_work",
  `CREATE TABLE IF NOT EXISTS nightledger_work.place (
    lane text NOT NULL,
    nth int NOT NULL,
    free_at timestamptz NOT NULL DEFAULT '-infinity',
    token uuid,
    PRIMARY KEY (lane, nth)
  ) WITH (fillfactor = 50)`,
  `CREATE TABLE IF NOT EXISTS nightledger_work.worker (
    id uuid PRIMARY KEY,
    host text NOT NULL,
    pid int NOT NULL,
    egress text NOT NULL,
    regions text NOT NULL,
    renders boolean NOT NULL,
    version text NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    heard_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    lapse_seconds int NOT NULL,
    in_hand int NOT NULL DEFAULT 0,
    done bigint NOT NULL DEFAULT 0,
    failed bigint NOT NULL DEFAULT 0,
    calls bigint NOT NULL DEFAULT 0,
    done_last_minute int NOT NULL DEFAULT 0,
    calls_last_minute int NOT NULL DEFAULT 0
  )`,
  `CREATE OR REPLACE VIEW nightledger_work.worker_status AS
    SELECT id AS worker_id, host, pid, egress, regions, renders, version, since, heard_at,
      heard_at > clock_timestamp() - lapse_seconds * interval '1 second' AS is_alive,
      EXTRACT(EPOCH FROM clock_timestamp() - heard_at)::int AS silent_seconds,
      in_hand, done, failed, calls, done_last_minute, calls_last_minute
    FROM nightledger_work.worker`,
  `CREATE OR REPLACE VIEW nightledger_work.quota_status AS
    SELECT lane, count(*)::int AS places, (count(*) FILTER (WHERE free_at > clock_timestamp()))::int AS taken
    FROM nightledger_work.place GROUP BY lane`,
  `CREATE OR REPLACE VIEW nightledger_work.queue_status AS
    SELECT name AS queue, group_id AS account,
      (count(*) FILTER (WHERE state < 'active'))::int AS waiting,
      (count(*) FILTER (WHERE state = 'active'))::int AS in_hand,
      (count(*) FILTER (WHERE state = 'retry'))::int AS again,
      EXTRACT(EPOCH FROM clock_timestamp() - min(created_on) FILTER (WHERE state < 'active'))::int
        AS oldest_seconds
    FROM ${QUEUE_SCHEMA}.job WHERE state <= 'active' GROUP BY name, group_id`,
] as const;

/**
 * Makes what workers share, where it is not there, and first what it looks at. Of several that start at once one does it:
 * the lock is on a table of the ledger's, since an advisory lock may be taken by anybody who can connect, and kept.
 */
export async function makeWorkSchema({ db }: Ledger, makeQueue: () => Promise<unknown>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`LOCK TABLE view_hash IN SHARE ROW EXCLUSIVE MODE`.execute(tx);
    await makeQueue();
    for (const statement of STATEMENTS) await sql.raw(statement).execute(tx);
  });
}

/** Work for these tables of the ledger: a worker of another version never sees it. */
const VERSION = NEWEST_SCHEMA.slice(0, 4);

/** How the names of a version's queues of targets begin. */
export const FETCH = `fetch-${VERSION}/`;
export const SUSPECT = `suspect-${VERSION}/`;

/** The queue of a region's targets. */
export const fetchQueue = (region: string): string => `${FETCH}${region}`;

/**
 * The queue of those of them on which a worker broke off. One of them may be the reason, and the others were only in
 * the same hands: each is done alone from now on.
 */
export const suspectQueue = (region: string): string => `${SUSPECT}${region}`;

/** The region of a queue of this version's targets; null of another queue. */
export function regionOfQueue(queue: string): string | null {
  const kind = [FETCH, SUSPECT].find((begin) => queue.startsWith(begin));
  return kind === undefined ? null : queue.slice(kind.length);
}

/** The queue in which workers say what became of targets. */
export const TOLD_QUEUE = `told-${VERSION}`;

/** The queue of reports to be rendered. */
export const RENDER_QUEUE = `render-${VERSION}`;
