import type { Views } from "../views.ts";

/** What a column means, in one sentence; its unit; the operation and table of the cloud's documentation it is from. */
export type ColumnEntry = readonly [meaning: string, unit?: string | null, source?: string];

/** What a view tells, what makes its rows one each, and the meaning of every column. */
export interface ViewEntry<V extends keyof Views> {
  meaning: string;
  /** The columns that a row is found by. */
  key: readonly (keyof Views[V] & string)[];
  /** The view that it goes into the details of; its key joins them. */
  of?: keyof Views;
  columns: { readonly [C in keyof Views[V]]-?: ColumnEntry };
}

/** The entries of some views. A view or a column that is missing is a type error. */
export type Entries<V extends keyof Views> = { readonly [Name in V]: ViewEntry<Name> };

export const DATA_DATE: ColumnEntry = [
  "The night, as a calendar day in the configured time zone.",
  "YYYY-MM-DD",
];
export const PREVIOUS_DATE: ColumnEntry = [
  "The last earlier night that has snapshots, which change is measured from; null on the first.",
  "YYYY-MM-DD",
];
export const CATEGORY: ColumnEntry = [
  "`alarm`, `baseline`, `asset`, `protection`, `vulnerability` or `image`: the block of the answer.",
];
export const SEVERITY: ColumnEntry = [
  "`critical`, `high`, `medium`, `low`, or `unknown` for any other word.",
  null,
  "ListSecurityRisk, tables 11 and 13",
];
export const UNIT: ColumnEntry = [
  "The business unit that the target belongs to on this night, as it is configured; null is none.",
];
export const RUN_ID: ColumnEntry = ["The run that put the row on record."];

/** The columns that name a project, the same in all views. */
export const PROJECT_COLUMNS = {
  account: ["The account's name in the configuration, as it was on the night."],
  region: ["The region's id, such as `ap-southeast-3`."],
  project_id: ["The project's id.", null, "ListSecurityRisk, table 1"],
  project_name: ["The project's name, as discovery saw it on the night."],
  enterprise_project_id: [
    "The filter that was sent: an enterprise project's id, or `all_granted_eps`.",
    null,
    "ListSecurityRisk, table 2",
  ],
} as const satisfies Record<string, ColumnEntry>;

/** The columns that name a target. */
export const TARGET_COLUMNS = {
  target_id: ["The target's number in this ledger: account × region × project × filter."],
  ...PROJECT_COLUMNS,
} as const satisfies Record<string, ColumnEntry>;

/** The columns that name a target's night. */
export const OBSERVATION_COLUMNS = { data_date: DATA_DATE, ...TARGET_COLUMNS } as const;
