import type { Tables } from "../tables.ts";

type OwnTable = "migration_hash" | "view_hash" | "lease" | `rollup_${string}`;
type KeyOf<T extends keyof Tables> = readonly (keyof Tables[T] & string)[];

/**
 * Every table with its primary key, a table after those it refers to. `migration_hash`, `view_hash`, `lease` and the
 * rollups are not among them: each database has tables, views and sums of its own.
 */
export const COPIED_TABLES = {
  category: ["category"],
  night: ["data_date"],
  target: ["id"],
  run: ["id"],
  payload: ["id"],
  risk_list: ["id"],
  category_risk: ["risk_list_id", "category"],
  severity_word: ["id"],
  severity_item: ["risk_list_id", "category", "position"],
  counter_name: ["id"],
  counter_item: ["risk_list_id", "category", "counter_id"],
  policy_text: ["id"],
  policy_item: ["risk_list_id", "category", "position"],
  text_finding: ["risk_list_id", "position"],
  snapshot: ["data_date", "target_id"],
  gap: ["data_date", "target_id"],
  drift: ["field"],
  official_score: ["target_id", "data_date"],
  unit_period: ["target_id", "from_date"],
  name_period: ["target_id", "from_date"],
  label_period: ["target_id", "from_date"],
  account_period: ["account", "from_date"],
  account_domain: ["account"],
  exception_period: ["id"],
  exception_target: ["target_id", "period_id", "from_date"],
  inventory: ["account", "region", "project_id", "enterprise_project_id"],
  scope_change: ["id"],
  run_seal: ["run_id"],
  revision: ["id"],
  payload_block: ["id"],
  packed_payload: ["payload_id"],
  delivery: ["id"],
  delivery_event: ["id"],
  run_measure: ["run_id"],
  retraction: ["id"],
  retraction_target: ["retraction_id", "target_id"],
  retraction_effect: ["id"],
  retracted_snapshot: ["data_date", "target_id", "retraction_id"],
  retracted_gap: ["data_date", "target_id", "retraction_id"],
  retracted_official_score: ["data_date", "target_id", "retraction_id"],
  retracted_revision: ["data_date", "target_id", "id", "retraction_id"],
  retracted_drift: ["field", "retraction_id"],
  retracted_scope_change: ["data_date", "id", "retraction_id"],
  state_change: ["id"],
  ledger_seal: ["id"],
} as const satisfies { [T in Exclude<keyof Tables, OwnTable>]: KeyOf<T> };

export type CopiedTable = keyof typeof COPIED_TABLES;

/** Tables whose rows the engine numbers; seals are numbered by who seals. */
export const NUMBERED_TABLES: readonly CopiedTable[] = (Object.keys(COPIED_TABLES) as CopiedTable[]).filter(
  (table) => table !== "ledger_seal" && (COPIED_TABLES[table] as readonly string[]).join() === "id",
);
