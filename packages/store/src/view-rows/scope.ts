import type { LeftOutState } from "../load/left-out-states.ts";

/** How discovery sees what could be a target. */
export type InventoryState = "expected" | LeftOutState | "gone";

/** How discovery sees a project otherwise than before. */
export type SightingChange = "new" | "gone" | "left_out";

export type ScopeChange = SightingChange | "renamed" | "account_renamed" | "unit_moved";

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
  /** Why the configuration leaves it out, where it does. */
  detail: string | null;
}

/** What came into the record's scope, left it, was kept out of it, or is called otherwise; and why. */
export interface ScopeChangeDaily {
  data_date: string;
  /** Null where it was never a target. */
  target_id: number | null;
  /** The names of the night. An `account_renamed` is of the account as a whole, so the other names are null. */
  account: string;
  region: string | null;
  project_id: string | null;
  project_name: string | null;
  enterprise_project_id: string | null;
  change: ScopeChange;
  /**
   * new: `account_added`, `first_seen`, `listed_again`, `enabled`, `region_known`, `region_expected` (its region is not
   * known, and it is expected all the same), `readable_again`, `taken_over` (from another account that saw it), `put_back`; gone:
   * `not_listed` (deleted, or the user lost access), `not_configured`, `account_removed`, or one of left_out's; left_out:
   * `disabled`, `id_unreadable`, `name_unreadable`, `enabled_unreadable`, `entry_unreadable`,
   * `seen_by_another_account`, `configured_out`, and of earlier versions `unknown_region`; renamed: `project_renamed`;
   * account_renamed: `same_domain`; unit_moved: `project_renamed`, `configured`.
   */
  reason: string;
  /** The name, or the unit, before. */
  old_value: string | null;
  /** The name, or the unit, from this night on. */
  new_value: string | null;
  /** The configuration's own reason, where it leaves a project out. */
  detail: string | null;
  run_id: number;
}

/** What reports call a target's project and who answers for it, from when to when. A target without a row has neither. */
export interface TargetLabel {
  target_id: number;
  /** The night from which it counts. */
  from_date: string;
  /** The first night that counts no more; `9999-12-31` while it lasts. */
  to_date: string;
  alias: string | null;
  owner_name: string | null;
  owner_address: string | null;
  run_id: number;
}
