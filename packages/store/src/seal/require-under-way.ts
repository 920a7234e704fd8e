import type { Transaction } from "kysely";
import { RunOverError } from "../errors.ts";
import type { Schema } from "../tables.ts";

/** Nothing is written under a run that is sealed. @throws RunOverError */
export async function requireUnderWay(tx: Transaction<Schema>, runIds: Iterable<number>): Promise<void> {
  for (const runId of runIds) {
    const run = await tx.selectFrom("run").select("status").where("id", "=", runId).executeTakeFirst();
    if (run !== undefined && run.status !== "running") throw new RunOverError(runId, run.status);
  }
}
