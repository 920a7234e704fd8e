import { Client, type ClientConfig } from "pg";

/** A backend of the server, so that no other of the same number is taken for it. */
export interface Backend {
  pid: number;
  /** When it began, in seconds since 1970, with all the digits that the server has. */
  startedAt: string;
}

/** A second connection, which ends what a first one does, whatever that one has set for itself. */
export interface BackendGuard {
  /** Cancels what the backend is doing, and terminates it where that is not the end of it within a second. */
  stop(backend: Backend, work: Promise<unknown>): Promise<void>;
  close(): void;
}

/** How long a backend has to end by itself what was cancelled. */
export const GRACE_MS = 1000;
/** How long its end is waited for. */
const GONE_MS = 5000;

/** Which backend a connection is served by: asked before anything else is. */
export const WHICH_BACKEND = `SELECT pid, EXTRACT(EPOCH FROM backend_start)::text AS started_at
  FROM pg_stat_get_activity(pg_backend_pid())`;

const ONE = "FROM pg_stat_activity WHERE pid = $1 AND EXTRACT(EPOCH FROM backend_start)::text = $2";

/** Whether something comes to an end, good or bad, in that time. */
export async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  const ended = () => resolve(true);
  work.then(ended, ended);
  const inTime = await promise;
  clearTimeout(timer);
  return inTime;
}

/**
 * Connects at once, so that the limit does not depend on whether there is room for another connection when it is
 * reached. The login is that of the connection to be watched: a role may always end what it does itself.
 */
export async function openGuard(config: ClientConfig): Promise<BackendGuard> {
  const client = new Client(config);
  client.on("error", () => {});
  await client.connect();
  return {
    async stop({ pid, startedAt }, work) {
      await client.query(`SELECT pg_cancel_backend(pid) ${ONE}`, [pid, startedAt]);
      if (await endsWithin(work, GRACE_MS)) return;
      await client.query(`SELECT pg_terminate_backend(pid, ${GONE_MS}) ${ONE}`, [pid, startedAt]);
    },
    close() {
      void client.end().catch(() => {});
    },
  };
}
