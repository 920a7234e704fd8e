import type { Selectable, Transaction } from "kysely";
import { isLeftOutState } from "../load/left-out-states.ts";
import type { Schema, Tables } from "../tables.ts";
import type { InventoryState } from "../views.ts";

export type ScopeChange = Selectable<Tables["scope_change"]>;

export const IDENTITY = ["account", "region", "project_id", "enterprise_project_id"] as const;

/** What names an entry of the inventory. */
export type EntryIdentity = Pick<ScopeChange, (typeof IDENTITY)[number]>;

/**
 * How an entry stood after a change; null is: nobody had seen it. A loss for any reason but a state means that discovery
 * showed it no more.
 */
export function stateAfter(
  change: Pick<ScopeChange, "change" | "reason"> | undefined,
): InventoryState | null {
  if (change === undefined) return null;
  if (change.change === "new") return "expected";
  return isLeftOutState(change.reason) ? change.reason : "gone";
}

/** A condition that holds for one entry. */
export const entryOf = (entry: EntryIdentity): Record<(typeof IDENTITY)[number], string> => ({
  account: entry.account,
  region: entry.region,
  project_id: entry.project_id,
  enterprise_project_id: entry.enterprise_project_id,
});

/** The entries of which a retraction has taken changes of scope out. */
export async function entriesMovedBy(
  tx: Transaction<Schema>,
  retractionIds: readonly number[],
): Promise<EntryIdentity[]> {
  return await tx
    .selectFrom("retracted_scope_change")
    .select([...IDENTITY])
    .distinct()
    .where("retraction_id", "in", retractionIds)
    .orderBy("account")
    .orderBy("region")
    .orderBy("project_id")
    .orderBy("enterprise_project_id")
    .execute();
}

/** Makes an entry of the inventory what its last change of scope says. */
export async function settleInventory(tx: Transaction<Schema>, entry: EntryIdentity): Promise<void> {
  const last = await tx
    .selectFrom("scope_change")
    .selectAll()
    .where((eb) => eb.and(entryOf(entry)))
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  const state = stateAfter(last);
  await tx
    .deleteFrom("inventory")
    .where((eb) => eb.and(entryOf(entry)))
    .execute();
  if (last === undefined || state === null) return;
  const { project_name, data_date: since, detail } = last;
  await tx
    .insertInto("inventory")
    .values({ ...entryOf(entry), project_name, state, since, detail })
    .execute();
}
