import { allViews } from "../all-views.ts";
import type { Tables } from "../tables.ts";
import type { Views } from "../views.ts";
import type { AudienceMembers, ScopeIdentity } from "./find-audience.ts";

/**
 * What of each table an audience may see: `whole`, since it holds no name or is reached through tables that are
 * filtered; rows of its targets, by their number or by what names them, or of their accounts; the runs without what they tell of others; the
 * exceptions that cover one of its targets, without their filters, which may name others; or none, of sums that are
 * kept of all. A table that is missing here is a type error.
 */
export const SEEN = {
  category: "whole",
  night: "whole",
  target: "id",
  run: "runs",
  payload: "whole",
  risk_list: "whole",
  category_risk: "whole",
  severity_word: "whole",
  severity_item: "whole",
  counter_name: "whole",
  counter_item: "whole",
  policy_text: "whole",
  policy_item: "whole",
  text_finding: "whole",
  snapshot: "target_id",
  gap: "target_id",
  drift: "target_id",
  official_score: "target_id",
  run_seal: "whole",
  ledger_seal: "none",
  state_change: "none",
  revision: "target_id",
  payload_block: "whole",
  packed_payload: "whole",
  migration_hash: "whole",
  view_hash: "whole",
  unit_period: "target_id",
  name_period: "target_id",
  label_period: "target_id",
  account_period: "account",
  account_domain: "none",
  exception_target: "target_id",
  exception_period: "exceptions",
  retraction: "retractions",
  retraction_target: "target_id",
  retraction_effect: "none",
  retracted_snapshot: "target_id",
  retracted_gap: "target_id",
  retracted_official_score: "target_id",
  retracted_revision: "target_id",
  retracted_drift: "target_id",
  retracted_scope_change: "identity",
  lease: "none",
  delivery: "none",
  delivery_event: "none",
  run_measure: "none",
  rollup_night: "none",
  rollup_portfolio_daily: "none",
  rollup_portfolio_category_daily: "none",
  rollup_portfolio_severity_daily: "none",
  rollup_portfolio_counter_daily: "none",
  rollup_portfolio_change_daily: "none",
  rollup_portfolio_score_change_daily: "none",
  rollup_portfolio_category_change_daily: "none",
  rollup_portfolio_severity_change_daily: "none",
  rollup_portfolio_points_back_daily: "none",
  rollup_scoring_suspicion_daily: "none",
  rollup_policies_switched_off: "none",
  rollup_streak_night: "none",
  rollup_saturation_streak: "none",
  rollup_unprotected_streak: "none",
  rollup_policy_off_streak: "none",
  inventory: "identity",
  scope_change: "identity",
} as const satisfies Record<
  keyof Tables,
  "whole" | "none" | "id" | "target_id" | "identity" | "account" | "runs" | "exceptions" | "retractions"
>;

/** Views that speak of the ledger as a whole: an audience sees no row of them. */
export const WITHHELD: ReadonlySet<string> = new Set<keyof Views>([
  "payload_storage",
  "delivery_history",
  "delivery_event_history",
  "delivery_daily",
]);

/** A run's counts and its problem are of all targets. */
export const RUNS = `SELECT id, kind, data_date, started_at, finished_at, status, CAST(NULL AS BIGINT) AS expected,
  CAST(NULL AS BIGINT) AS already_fresh, CAST(NULL AS BIGINT) AS fetched, CAST(NULL AS BIGINT) AS missing,
  CAST(NULL AS TEXT) AS problem`;

/** An exception's filter may name others. */
export const EXCEPTIONS = `SELECT id, exception, from_date, to_date, category, severity, counter, policy,
  CAST(NULL AS TEXT) AS targets_filter, owner, reason, approved_by, valid_from, valid_until, last_day_number, run_id`;

/** Which retractions concern a member; what `--only` named may name others. */
export const RETRACTIONS = `SELECT id, run_id, data_date,
  CASE WHEN only_filter IS NOT NULL THEN '(some targets)' END AS only_filter, reason, undoes`;

export const IDENTITY = "account, region, project_id, enterprise_project_id";

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** How an engine names the schema of the tables, and picks out the members of an audience. */
export interface ScopeDialect {
  schema: string;
  postgres: boolean;
}

/**
 * The same plans as without a filter, and a look at each row whose it is: an engine that goes by the members instead
 * loses the order of the nights, and takes a hundred times longer. So in SQLite the plus keeps the column from
 * being sought by; PostgreSQL looks a list of numbers up in a hash, where it would join a table.
 */
const isMember = (column: string, { targetIds }: AudienceMembers, { postgres }: ScopeDialect): string =>
  postgres
    ? `${column} = ANY ('{${targetIds.join()}}'::bigint[])`
    : `+${column} IN (SELECT target_id FROM temp.audience_target)`;

function shadowOf(table: keyof typeof SEEN, members: AudienceMembers, dialect: ScopeDialect): string | null {
  const seen = SEEN[table];
  const from = `FROM ${dialect.schema}.${table}`;
  if (seen === "whole") return null;
  if (seen === "none") return `SELECT * ${from} WHERE 1 = 0`;
  if (seen === "runs") return `${RUNS} ${from}`;
  if (seen === "exceptions") {
    return `${EXCEPTIONS} ${from} WHERE id IN (SELECT period_id FROM audience_exception)`;
  }
  if (seen === "retractions") {
    return `${RETRACTIONS} ${from} WHERE only_filter IS NULL OR COALESCE(undoes, id) IN (
      SELECT retraction_id FROM ${dialect.schema}.retraction_target WHERE ${isMember("target_id", members, dialect)})`;
  }
  if (seen === "account") return `SELECT * ${from} WHERE account IN (SELECT account FROM audience_identity)`;
  if (seen === "identity") {
    return `SELECT * ${from} WHERE (${IDENTITY}) IN (SELECT ${IDENTITY} FROM audience_identity)`;
  }
  return `SELECT * ${from} WHERE ${isMember(seen, members, dialect)}`;
}

/** A statement of SQLite is a million bytes at most. */
const ROWS = 500;

function* inserts(table: string, columns: string, rows: readonly string[]): Generator<string> {
  for (let from = 0; from < rows.length; from += ROWS) {
    yield `INSERT INTO ${table} (${columns}) VALUES ${rows.slice(from, from + ROWS).join(", ")}`;
  }
}

const identityRow = (one: ScopeIdentity): string =>
  `(${[one.account, one.region, one.project_id, one.enterprise_project_id].map(text).join(", ")})`;

function membersTables({ targetIds, identities }: AudienceMembers, { postgres }: ScopeDialect): string[] {
  const byIdentity = [
    `CREATE TEMP TABLE audience_identity (${IDENTITY.replaceAll(/\w+/g, "$& TEXT")})`,
    ...inserts("audience_identity", IDENTITY, identities.map(identityRow)),
  ];
  if (postgres) return byIdentity;
  const ids = targetIds.map((id) => `(${id})`);
  return [
    ...byIdentity,
    "CREATE TEMP TABLE audience_target (target_id INTEGER PRIMARY KEY)",
    ...inserts("audience_target", "target_id", ids),
  ];
}

/** The exceptions that cover a member: few, and looked for once. */
const exceptionsTable = (members: AudienceMembers, dialect: ScopeDialect): string =>
  `CREATE TEMP TABLE audience_exception AS SELECT DISTINCT period_id FROM ${dialect.schema}.exception_target
    WHERE ${isMember("target_id", members, dialect)}`;

/**
 * What turns a connection into one that sees an audience alone: temporary views by the names of the tables, filtered,
 * and every view of ours made over them anew, from the definition that the ledger's own is made from. Temporary names
 * come before the ledger's on both engines.
 */
export function scopeStatements(members: AudienceMembers, dialect: ScopeDialect): string[] {
  const view = (name: string, select: string) => `CREATE TEMP VIEW ${name} AS ${select}`;
  const shadows = (Object.keys(SEEN) as (keyof typeof SEEN)[]).flatMap((table) => {
    const select = shadowOf(table, members, dialect);
    return select === null ? [] : [view(table, select)];
  });
  const views = allViews(dialect.postgres ? "postgres" : "sqlite").map(([name, select]) =>
    view(name, WITHHELD.has(name) ? `SELECT * FROM ${dialect.schema}.${name} WHERE 1 = 0` : select),
  );
  return [...membersTables(members, dialect), exceptionsTable(members, dialect), ...shadows, ...views];
}
