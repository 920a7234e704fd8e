import { Client, type ClientConfig } from "pg";
import { settingsOf } from "../postgres.ts";
import { type Backend, endsWithin, GRACE_MS, openGuard, WHICH_BACKEND } from "./backend-guard.ts";
import { cancelByKey } from "./cancel-request.ts";

/** A connection for one statement that we did not write. */
export interface WatchedConnection {
  client: Client;
  /** Resolves when nothing goes on at the server any more: `work` is what the client waits for, null if for nothing. */
  stop(work: Promise<unknown> | null): Promise<void>;
}

function leave(client: Client): void {
  // a server that does not answer any more must not keep anybody waiting
  void client.end().catch(() => {});
  client.connection?.stream.end();
}

async function backendOf(client: Client): Promise<Backend> {
  const { rows } = await client.query<{ pid: number; started_at: string }>(WHICH_BACKEND);
  const { pid = 0, started_at: startedAt = "" } = rows[0] ?? {};
  return { pid, startedAt };
}

/** Two connections of one login: the first can only read, the second stops it. */
export async function openWatched(config: ClientConfig, timeoutMs: number): Promise<WatchedConnection> {
  const client = new Client(config);
  client.on("error", () => {});
  const guarding = openGuard(config);
  // it may fail while the other one still connects; who waits for it hears of it all the same
  guarding.catch(() => {});
  try {
    await client.connect();
    const backend = await backendOf(client);
    // the server's own limit is a second one: whatever runs may set it anew
    const settings = { default_transaction_read_only: "on", statement_timeout: String(timeoutMs) };
    await client.query(settingsOf(settings));
    // not every system can see that the other side has gone
    await client.query("SET client_connection_check_interval = 1000").catch(() => {});
    const guard = await guarding;
    /** A role may end its own other connections: then the guard is gone, and the key is left. */
    const cancel = async (work: Promise<unknown>) => {
      await cancelByKey(client).catch(() => {});
      await endsWithin(work, GRACE_MS);
    };
    const stop = async (work: Promise<unknown> | null) => {
      if (work !== null) await guard.stop(backend, work).catch(() => cancel(work));
      leave(client);
      guard.close();
    };
    return { client, stop };
  } catch (error) {
    guarding.then(
      (guard) => guard.close(),
      () => {},
    );
    leave(client);
    throw error;
  }
}
