import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import type { Pool, PoolClient, QueryConfig } from "pg";

/** What a connection needs before it is given out for the first time. */
export type Prepare = (client: PoolClient) => Promise<void>;

/** pg 8 knows it; its types do not yet. */
interface ExtendedQuery extends QueryConfig<unknown[]> {
  queryMode: "extended";
}

/**
 * A connection that sends every statement by the extended protocol, also one without parameters: Parse takes one
 * statement alone, where the simple protocol would run a whole script.
 */
function extended(client: PoolClient): PostgresPoolClient {
  const query = (text: string, values: readonly unknown[]): Promise<PostgresQueryResult<unknown>> => {
    const config: ExtendedQuery = { text, values: [...values], queryMode: "extended" };
    return client.query(config) as unknown as Promise<PostgresQueryResult<unknown>>;
  };
  // cursors, the other thing that kysely may ask for, are those of a dialect that has some
  return { query: query as PostgresPoolClient["query"], release: (destroy) => client.release(destroy) };
}

/** A pool whose connections take one statement at a time, and are prepared: also one that replaces another that died. */
export function extendedPool(pool: Pool, prepare?: Prepare): PostgresPool {
  const ready = new WeakMap<PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect();
      const known = ready.get(client);
      if (known !== undefined) return known;
      try {
        await prepare?.(client);
      } catch (error) {
        client.release(true);
        throw error;
      }
      const given = extended(client);
      ready.set(client, given);
      return given;
    },
    end: () => pool.end(),
  };
}
