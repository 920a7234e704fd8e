import { sql, type Transaction } from "kysely";
import { BlockedUpgradeError } from "../errors.ts";
import type { Schema } from "../tables.ts";
import { errorCode } from "./error-code.ts";
import { structureOf } from "./ledger-structure.ts";
import { dependentsOfOthers } from "./postgres-dependents.ts";

/** Something depends on what a statement drops, or on the column whose type it changes. */
const DEPENDED_ON = new Set(["2BP01", "0A000"]);

/** Tries work in a savepoint. @returns the error where something depends on what it changes; null where it is done */
async function unlessDependedOn(tx: Transaction<Schema>, work: () => Promise<void>): Promise<unknown> {
  await sql`SAVEPOINT migration`.execute(tx);
  try {
    await work();
    await sql`RELEASE SAVEPOINT migration`.execute(tx);
    return null;
  } catch (error) {
    if (!DEPENDED_ON.has(String(errorCode(error)))) throw error;
    await sql`ROLLBACK TO SAVEPOINT migration`.execute(tx);
    return error;
  }
}

/**
 * Does a migration on PostgreSQL: once with all views in place, and again without ours where a view is in its way.
 *
 * @throws BlockedUpgradeError where something of others is in its way
 */
export async function applyPastViews(
  tx: Transaction<Schema>,
  up: () => Promise<void>,
  withoutViews: () => Promise<void>,
): Promise<void> {
  if ((await unlessDependedOn(tx, up)) === null) return;
  await withoutViews();
  const why = await unlessDependedOn(tx, up);
  if (why === null) return;
  const tables = [...(await structureOf(tx)).keys()];
  const blockers = await dependentsOfOthers(tx, tables, tables);
  throw blockers.length > 0 ? new BlockedUpgradeError(blockers) : why;
}
