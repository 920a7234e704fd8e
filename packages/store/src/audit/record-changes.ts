import type { Transaction } from "kysely";
import type { Schema } from "../tables.ts";
import { packChange, type StateChange, type StateLine, stateLines } from "./state-lines.ts";
import { STATE, type StateTableName } from "./state-tables.ts";

async function linesOf(
  tx: Transaction<Schema>,
  tables: readonly StateTableName[],
): Promise<ReadonlySet<StateLine>> {
  const lines = new Set<StateLine>();
  for (const table of tables) for (const line of await stateLines(tx, table)) lines.add(line);
  return lines;
}

async function putDown(tx: Transaction<Schema>, runId: number, { gone, added }: StateChange): Promise<void> {
  if (gone.length + added.length === 0) return;
  await tx
    .insertInto("state_change")
    .values({ run_id: runId, deflated: packChange({ gone, added }) })
    .execute();
}

/** A ledger that is older than this: what it has until now stands in the first row. */
async function putDownEarlier(tx: Transaction<Schema>, runId: number): Promise<void> {
  const known = await tx.selectFrom("state_change").select("id").limit(1).executeTakeFirst();
  if (known === undefined) await putDown(tx, runId, { gone: [], added: [...(await linesOf(tx, STATE))] });
}

/**
 * Does work that changes tables whose rows change, and puts down what it changed, for the run's seal. Within the
 * transaction of the work, so that what somebody else changes between two runs is put down by neither.
 */
export async function recordChanges<T>(
  tx: Transaction<Schema>,
  { runId, tables }: { runId: number; tables: readonly StateTableName[] },
  work: () => Promise<T>,
): Promise<T> {
  await putDownEarlier(tx, runId);
  const before = await linesOf(tx, tables);
  const done = await work();
  const after = await linesOf(tx, tables);
  await putDown(tx, runId, {
    gone: [...before].filter((line) => !after.has(line)),
    added: [...after].filter((line) => !before.has(line)),
  });
  return done;
}
