import { type Entries, PROJECT_COLUMNS, RUN_ID } from "./entry.ts";

const KEY = ["account", "region", "project_id", "enterprise_project_id"] as const;

export const SCOPE_ENTRIES: Entries<"inventory_latest" | "scope_change_daily"> = {
  inventory_latest: {
    meaning: "One row for each project and filter that discovery ever saw, as it stands.",
    key: KEY,
    columns: {
      ...PROJECT_COLUMNS,
      state: [
        "`expected`; `disabled`; `id_unreadable`, `name_unreadable`, `enabled_unreadable` or `entry_unreadable`, where its entry in the cloud's list cannot be read; `seen_by_another_account`, where another account has it on record; `gone`; and of earlier versions `unknown_region`.",
      ],
      since: ["The night on which it came to stand so.", "YYYY-MM-DD"],
    },
  },
  scope_change_daily: {
    meaning: "One row for each change of what discovery shows.",
    key: ["data_date", ...KEY],
    of: "inventory_latest",
    columns: {
      data_date: ["The night on which it was seen.", "YYYY-MM-DD"],
      ...PROJECT_COLUMNS,
      change: ["`new` (came into the scope), `gone` (left it) or `left_out` (was kept out of it)."],
      reason: [
        "Why: for new `account_added`, `first_seen`, `listed_again`, `enabled`, `region_known`, `region_expected` (its region is still not known), `readable_again`, `taken_over` (from another account that sees it); for gone `not_listed`, `not_configured`, `account_removed` or the state it is in since; for left_out the state it is in.",
      ],
      run_id: RUN_ID,
    },
  },
};
