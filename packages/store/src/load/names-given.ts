import type { ViewsOnly } from "../target-identity.ts";
import type { ScopeChange } from "../views.ts";

/** Something that is called otherwise since a run, or belongs to another unit; null is no unit. */
export interface NameGiven {
  change: ScopeChange;
  account: string;
  /** Null where the account is renamed. */
  project_name: string | null;
  old_value: string | null;
  new_value: string | null;
}

/** What a run found to be called otherwise than before: projects, accounts, and the units that they moved between. */
export const namesGiven = async (db: ViewsOnly, runId: number): Promise<NameGiven[]> =>
  await db
    .selectFrom("scope_change_daily")
    .select(["change", "account", "project_name", "old_value", "new_value"])
    .where("run_id", "=", runId)
    .where("change", "in", ["renamed", "account_renamed", "unit_moved"])
    .orderBy("change")
    .orderBy("account")
    .orderBy("new_value")
    .execute();
