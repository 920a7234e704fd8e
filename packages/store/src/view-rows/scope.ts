/** How discovery sees what could be a target. */
export type InventoryState = "expected" | "disabled" | "unknown_region" | "gone";

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
   * new: `account_added`, `first_seen`, `listed_again`, `enabled`, `region_known`; gone: `not_listed` (deleted, or the
   * user lost access), `disabled`, `unknown_region`, `not_configured`, `account_removed`; left_out: `disabled`,
   * `unknown_region`.
   */
  reason: string;
  run_id: number;
}
