import type { LeftOutState } from "../load/left-out-states.ts";

/** How discovery sees what could be a target. */
export type InventoryState = "expected" | LeftOutState | "gone";

export type ScopeChange = "new" | "gone" | "left_out";

export interface ScopeColumns {
  account: string;
  region: string;
  project_id: string;
  project_name: string;
  enterprise_project_id: string;
}

/** Everything that discovery ever saw, as it stands. */
export interface InventoryLatest extends ScopeColumns {
  state: InventoryState;
  /** The data date on which it came to stand so. */
  since: string;
}

/** What came into the record's scope, left it, or was kept out of it; and why. */
export interface ScopeChangeDaily extends ScopeColumns {
  data_date: string;
  change: ScopeChange;
  /**
   * new: `account_added`, `first_seen`, `listed_again`, `enabled`, `region_known`, `region_expected` (its region is not
   * known, and it is expected all the same), `readable_again`, `taken_over` (from another account that saw it); gone:
   * `not_listed` (deleted, or the user lost access), `not_configured`, `account_removed`, or one of left_out's; left_out:
   * `disabled`, `id_unreadable`, `name_unreadable`, `enabled_unreadable`, `entry_unreadable`,
   * `seen_by_another_account`, and of earlier versions `unknown_region`.
   */
  reason: string;
  run_id: number;
}
