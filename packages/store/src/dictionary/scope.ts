import { type Entries, PROJECT_COLUMNS, RUN_ID } from "./entry.ts";

const KEY = ["account", "region", "project_id", "enterprise_project_id"] as const;

export const SCOPE_ENTRIES: Entries<"inventory_latest" | "scope_change_daily"> = {
  inventory_latest: {
    meaning: "One row for each project and filter that discovery ever saw, as it stands.",
    key: KEY,
    columns: {
      ...PROJECT_COLUMNS,
      state: ["`expected`, `disabled`, `unknown_region` or `gone`."],
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
        "Why: for new `account_added`, `first_seen`, `listed_again`, `enabled`, `region_known`; for gone `not_listed`, `disabled`, `unknown_region`, `not_configured`, `account_removed`; for left_out `disabled`, `unknown_region`.",
      ],
      run_id: RUN_ID,
    },
  },
};
