import { type Entries, PROJECT_COLUMNS, RUN_ID, TARGET_COLUMNS } from "./entry.ts";

const KEY = ["account", "region", "project_id", "enterprise_project_id"] as const;

export const SCOPE_ENTRIES: Entries<"inventory_latest" | "scope_change_daily" | "target_label"> = {
  inventory_latest: {
    meaning: "One row for each project and filter that discovery ever saw, as it stands.",
    key: KEY,
    columns: {
      ...PROJECT_COLUMNS,
      state: [
        "`expected`; `disabled`; `id_unreadable`, `name_unreadable`, `enabled_unreadable` or `entry_unreadable`, where its entry in the cloud's list cannot be read; `seen_by_another_account`, where another account has it on record; `configured_out`, where `projects:` leaves it out; `gone`; and of earlier versions `unknown_region`.",
      ],
      since: ["The night on which it came to stand so.", "YYYY-MM-DD"],
      detail: ["The configuration's reason for leaving it out; null of any other."],
    },
  },
  scope_change_daily: {
    meaning:
      "One row for each change of what discovery shows, of what projects and accounts are called, and of units.",
    key: ["data_date", ...KEY, "change"],
    of: "inventory_latest",
    columns: {
      data_date: ["The night on which it was seen.", "YYYY-MM-DD"],
      target_id: ["The target's number in this ledger; null of what was never a target, and of an account."],
      ...PROJECT_COLUMNS,
      change: [
        "`new` (came into the scope), `gone` (left it), `left_out` (was kept out of it), `renamed`, `account_renamed` (one row for the account: its other names are null) or `unit_moved`.",
      ],
      reason: [
        "Why: for new `account_added`, `first_seen`, `listed_again`, `enabled`, `region_known`, `region_expected` (its region is still not known), `readable_again`, `taken_over` (from another account that sees it), `put_back`; for gone `not_listed`, `not_configured`, `account_removed` or the state it is in since; for left_out the state it is in; for renamed `project_renamed`; for account_renamed `same_domain`; for unit_moved `project_renamed`, `configured`.",
      ],
      old_value: ["The name or the unit until then; null where nothing is called otherwise, or of no unit."],
      new_value: ["The name or the unit from this night on; null likewise."],
      detail: ["The configuration's reason for leaving it out; null of any other."],
      run_id: RUN_ID,
    },
  },
  target_label: {
    meaning:
      "One row for each target and time that the configuration gave its project an alias or an owner; a target without a row has neither. Join it by target_id and `from_date <= data_date AND to_date > data_date`.",
    key: ["target_id", "from_date"],
    columns: {
      target_id: TARGET_COLUMNS.target_id,
      from_date: ["The night from which it counts: that of the run that read it first.", "YYYY-MM-DD"],
      to_date: ["The first night that counts no more; `9999-12-31` while it lasts.", "YYYY-MM-DD"],
      alias: ["What reports call the project; null is its own name."],
      owner_name: ["Who answers for it; null is nobody by name."],
      owner_address: ["The owner's mail address; null is none."],
      run_id: RUN_ID,
    },
  },
};
