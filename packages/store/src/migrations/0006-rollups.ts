import { type Kysely, PostgresAdapter, sql } from "kysely";

type Kind = "text" | "count" | "whole" | "number" | "float";
/** Each table with its columns; those of its key are marked. */
const TABLES: Readonly<Record<string, readonly (readonly [column: string, kind: Kind, key?: "key"])[]>> = {
  rollup_portfolio_daily: [
    ["data_date", "text", "key"],
    ["targets", "whole"],
    ["scored_targets", "whole"],
    ["score", "number"],
    ["deducted", "number"],
    ["total_risk_num", "whole"],
  ],
  rollup_portfolio_category_daily: [
    ["data_date", "text", "key"],
    ["category", "text", "key"],
    ["cap", "whole"],
    ["targets", "whole"],
    ["deduct_score", "number"],
    ["saturated_targets", "whole"],
    ["total_risk_num", "whole"],
    ["unattributed_num", "whole"],
  ],
  rollup_portfolio_severity_daily: [
    ["data_date", "text", "key"],
    ["category", "text", "key"],
    ["severity", "text", "key"],
    ["risk_num", "whole"],
  ],
  rollup_portfolio_counter_daily: [
    ["data_date", "text", "key"],
    ["category", "text", "key"],
    ["counter", "text", "key"],
    ["value", "whole"],
  ],
  rollup_portfolio_change_daily: [
    ["data_date", "text", "key"],
    ["previous_date", "text"],
    ["cohort", "whole"],
    ["score_change", "number"],
    ["total_risk_num_change", "whole"],
  ],
  rollup_portfolio_score_change_daily: [
    ["data_date", "text", "key"],
    ["previous_date", "text"],
    ["previous_score", "number"],
    ["score", "number"],
    ["score_change", "number"],
    ["real_change", "number"],
    ["coverage_change", "number"],
    ["scope_change", "number"],
    ["cohort", "whole"],
    ["returned_targets", "whole"],
    ["missing_targets", "whole"],
    ["new_targets", "whole"],
    ["gone_targets", "whole"],
  ],
  rollup_portfolio_category_change_daily: [
    ["data_date", "text", "key"],
    ["previous_date", "text"],
    ["category", "text", "key"],
    ["cohort", "whole"],
    ["score_change", "number"],
    ["total_risk_num_change", "whole"],
  ],
  rollup_portfolio_severity_change_daily: [
    ["data_date", "text", "key"],
    ["previous_date", "text"],
    ["category", "text", "key"],
    ["severity", "text", "key"],
    ["cohort", "whole"],
    ["cohort_risk_num", "whole"],
    ["cohort_previous_risk_num", "whole"],
    ["risk_num_change", "whole"],
  ],
  rollup_portfolio_points_back_daily: [
    ["data_date", "text", "key"],
    ["category", "text", "key"],
    ["action", "text", "key"],
    ["mode", "text"],
    ["points_each", "number"],
    ["scored_targets", "whole"],
    ["targets", "whole"],
    ["blocked_targets", "whole"],
    ["num", "whole"],
    ["points_alone", "number"],
    ["points_back", "number"],
    ["rank", "whole"],
  ],
  rollup_scoring_suspicion_daily: [
    ["data_date", "text", "key"],
    ["previous_date", "text"],
    ["category", "text", "key"],
    ["cohort", "count"],
    ["moved_targets", "count"],
    ["moved_share", "number"],
    ["suspicious", "count"],
  ],
  rollup_policies_switched_off: [
    ["data_date", "text", "key"],
    ["category", "text", "key"],
    ["targets", "count"],
    ["host_num", "whole"],
  ],
  rollup_saturation_streak: [
    ["data_date", "text"],
    ["target_id", "count"],
    ["category", "text"],
    ["deduct_score", "float"],
    ["cap", "count"],
    ["total_risk_num", "count"],
    ["previous_date", "text"],
    ["previous_total_risk_num", "count"],
    ["grows_unseen", "count"],
    ["nights_saturated", "count"],
    ["saturated_since", "text"],
    ["nights_unknown", "count"],
  ],
  rollup_unprotected_streak: [
    ["data_date", "text"],
    ["target_id", "count"],
    ["host_num", "count"],
    ["nights_unprotected", "count"],
    ["unprotected_since", "text"],
    ["nights_unknown", "count"],
    ["host_nights", "whole"],
  ],
  rollup_policy_off_streak: [
    ["data_date", "text"],
    ["target_id", "count"],
    ["category", "text"],
    ["policy_id", "text"],
    ["policy_name", "text"],
    ["os_type", "text"],
    ["host_num", "count"],
    ["nights_off", "count"],
    ["off_since", "text"],
    ["nights_unknown", "count"],
    ["host_nights", "whole"],
  ],
};

/**
 * Sums of complete nights, kept because reports read 90 of them, and the streaks of the newest ones, which look back as
 * far. `rollup_night` and `rollup_streak_night` say which nights have theirs: a row of another is never read. Frozen,
 * like every migration.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration knows no schema but its own
export async function up(db: Kysely<any>): Promise<void> {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const types = {
    text: "text",
    count: postgres ? "bigint" : "integer",
    // sums are exact in both, whatever they come to
    whole: postgres ? "numeric" : "integer",
    number: postgres ? "numeric" : "real",
    float: postgres ? "double precision" : "real",
  } as const;
  for (const marks of ["rollup_night", "rollup_streak_night"]) {
    await db.schema
      .createTable(marks)
      .addColumn("data_date", "text", (c) => c.primaryKey().references("night.data_date"))
      .execute();
  }
  for (const [name, columns] of Object.entries(TABLES)) {
    const key = columns.filter(([, , part]) => part === "key").map(([column]) => column as never);
    let table = db.schema.createTable(name);
    for (const [column, kind, part] of columns) {
      table = table.addColumn(column, types[kind], (c) => (part === "key" ? c.notNull() : c));
    }
    if (key.length > 0) {
      const keyed = table.addPrimaryKeyConstraint(`${name}_pk`, key);
      await keyed.modifyEnd(postgres ? sql`` : sql`WITHOUT ROWID`).execute();
    } else {
      await table.execute();
      await db.schema.createIndex(`${name}_by_night`).on(name).columns(["data_date", "target_id"]).execute();
    }
  }
}
