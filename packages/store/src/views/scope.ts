import type { ViewDefinition } from "./fragments.ts";

/** What discovery saw, and how that changed. */
export const SCOPE_VIEWS: readonly ViewDefinition[] = [
  [
    "inventory_latest",
    `SELECT account, region, project_id, project_name, enterprise_project_id, state, since FROM inventory`,
  ],
  [
    "scope_change_daily",
    `SELECT data_date, account, region, project_id, project_name, enterprise_project_id, change, reason, run_id
      FROM scope_change`,
  ],
];
