import { PostgresAdapter, type Transaction } from "kysely";
import { RunOverError } from "../errors.ts";
import type { Schema } from "../tables.ts";

/**
 * Nothing is written under a run that is sealed. Where several processes write under one run, they do so one after the
 * other, and none between the hashing of its rows and its end: SQLite has one writer in any case, in PostgreSQL the
 * run's row is locked until the transaction ends.
 *
 * @throws RunOverError
 */
export async function requireUnderWay(tx: Transaction<Schema>, runIds: Iterable<number>): Promise<void> {
  const locks = tx.getExecutor().adapter instanceof PostgresAdapter;
  for (const runId of runIds) {
    const run = await tx
      .selectFrom("run")
      .select("status")
      .where("id", "=", runId)
      .$if(locks, (query) => query.forUpdate())
      .executeTakeFirst();
    if (run !== undefined && run.status !== "running") throw new RunOverError(runId, run.status);
  }
}
