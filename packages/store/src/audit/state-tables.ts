import type { Tables } from "../tables.ts";

type Columns<T extends keyof Tables> = readonly (keyof Tables[T] & string)[];
interface StateTable<T extends keyof Tables> {
  key: Columns<T>;
  /** All of them, the key first. */
  columns: Columns<T>;
}

/** Tables whose rows do change, and only under a run: each change is put down with it. */
export const STATE_TABLES = {
  target: {
    key: ["id"],
    columns: ["id", "account", "region", "project_id", "enterprise_project_id", "project_name"],
  },
  unit_period: {
    key: ["target_id", "from_date"],
    columns: ["target_id", "from_date", "to_date", "unit", "run_id"],
  },
  name_period: {
    key: ["target_id", "from_date"],
    columns: ["target_id", "from_date", "to_date", "project_name", "run_id"],
  },
  label_period: {
    key: ["target_id", "from_date"],
    columns: ["target_id", "from_date", "to_date", "alias", "owner_name", "owner_address", "run_id"],
  },
  account_period: {
    key: ["account", "from_date"],
    columns: ["account", "from_date", "to_date", "name", "run_id"],
  },
  account_domain: { key: ["account"], columns: ["account", "domain_id", "run_id"] },
  exception_period: {
    key: ["id"],
    columns: [
      "id",
      "exception",
      "from_date",
      "to_date",
      "category",
      "severity",
      "counter",
      "policy",
      "targets_filter",
      "owner",
      "reason",
      "approved_by",
      "valid_from",
      "valid_until",
      "last_day_number",
      "run_id",
    ],
  },
  exception_target: {
    key: ["target_id", "period_id", "from_date"],
    columns: ["target_id", "period_id", "from_date", "to_date"],
  },
} as const satisfies { [T in keyof Tables]?: StateTable<T> };

export type StateTableName = keyof typeof STATE_TABLES;

export const STATE: readonly StateTableName[] = Object.keys(STATE_TABLES) as StateTableName[];
