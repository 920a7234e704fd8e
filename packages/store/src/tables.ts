import type { Generated, Selectable } from "kysely";
import type { RepairedTable } from "./retraction/effects.ts";
import type {
  Category,
  DeliveryEvent,
  DeliveryHistory,
  InventoryState,
  RunKind,
  Severity,
  SightingChange,
  TextRule,
  Views,
} from "./views.ts";

/** Who writes just now. Times are seconds since 1970 by the database's clock. */
export interface LeaseRow {
  name: string;
  token: string;
  /** Such as `ingest`. */
  what: string;
  host: string;
  pid: number;
  since: number;
  heard_at: number;
  lapses_at: number;
}

/** Private to this package: analysts and reports use the views. The columns are explained in docs/ledger.md. */
export interface Tables {
  category: { category: Category; position: number; cap: number };
  /** Every calendar day from the first night to the last, so that SQL can count days on any engine. */
  night: { data_date: string; day_number: number };
  target: {
    id: Generated<number>;
    account: string;
    region: string;
    project_id: string;
    enterprise_project_id: string;
    /** As discovery saw it at first; later names are in `name_period`. */
    project_name: string;
  };
  run: RunTable;
  /** Raw answers, zlib-deflated, once per content; `hash` is SHA-256 of the inflated bytes. */
  payload: { id: Generated<number>; hash: Buffer; deflated: Buffer };
  /** Normalized contents, once each; `hash` is SHA-256 of the canonical JSON. */
  risk_list: { id: Generated<number>; hash: Buffer; total_risk_num: number | null };
  category_risk: {
    risk_list_id: number;
    category: Category;
    present: 0 | 1;
    total_risk_num: number | null;
    deduct_score: number | null;
  };
  /** What a severity is called, and what it affects, once each; `hash` is SHA-256 of the JSON array of the three. */
  severity_word: SeverityWords & { id: Generated<number>; hash: Buffer };
  severity_item: {
    risk_list_id: number;
    category: Category;
    position: number;
    severity_word_id: number;
    risk_num: number | null;
    affected_num: number | null;
  };
  /** The names of counters, once each; `hash` is SHA-256 of the JSON `[counter]`. */
  counter_name: { id: Generated<number>; hash: Buffer; counter: string };
  counter_item: { risk_list_id: number; category: Category; counter_id: number; value: number | null };
  /** What a policy says of itself, once each; `hash` is SHA-256 of the JSON array of the four texts. */
  policy_text: PolicyTexts & { id: Generated<number>; hash: Buffer };
  policy_item: {
    risk_list_id: number;
    category: Category;
    position: number;
    policy_text_id: number;
    host_num: number | null;
  };
  /** What the text of an answer lost when it was read; a part of its risk list. */
  text_finding: {
    risk_list_id: number;
    position: number;
    category: Category | null;
    rule: TextRule;
    /** The JSON path. */
    detail: string;
  };
  /** An observation: this target had this content on this night. `fetched_at` in seconds since 1970, UTC. */
  snapshot: {
    target_id: number;
    data_date: string;
    risk_list_id: number;
    payload_id: number;
    run_id: number;
    fetched_at: number;
    attempts: number;
  };
  /** A target expected on a night that has no snapshot of it, and why. Gone once the snapshot is there. */
  gap: {
    target_id: number;
    data_date: string;
    failure_kind: string;
    detail: string | null;
    attempts: number;
    run_id: number;
    /** The answer that could not be understood, where there was one. */
    payload_id: number | null;
  };
  /** A field the contract does not know (JSON path), and where it was seen first. */
  drift: { field: string; target_id: number; data_date: string; run_id: number };
  /** What ShowRiskScore said beside a snapshot, or why it did not. */
  official_score: {
    target_id: number;
    data_date: string;
    score: number | null;
    risk_num: number | null;
    risk_host_num: number | null;
    failure_kind: string | null;
  };
  /**
   * A run's rows as they were at its end, hashed, and chained to the run before: `chain_hash` is SHA-256 over the
   * previous one, the run's own row and the two hashes beside it. `facts_hash` is over what never changes
   * (snapshots, scores, scope changes, revisions); `gaps_hash` over the gaps, which a later run may fill.
   */
  run_seal: { run_id: number; facts_hash: Buffer; gaps_hash: Buffer; chain_hash: Buffer };
  /**
   * What a run changed in the tables whose rows do change (names, units, exceptions): JSON lines of rows that went and
   * rows that came, zlib-deflated. Append-only. The rows of those tables are what all of these lines, one after the
   * other, come to; the first row of an older ledger has all that was there before.
   */
  state_change: { id: Generated<number>; run_id: number; deflated: Buffer };
  /**
   * The chain over all that is on record: `chain_hash` is SHA-256 over the previous one, the newest run's link and what
   * was put on record since. `kind` is `run` for what a run's end seals, `records` for deliveries after it, and `start`
   * for the first. `run_id` is that run, or the newest sealed one; `marks` is JSON: how far each table is sealed.
   */
  ledger_seal: {
    id: number;
    kind: "start" | "run" | "records";
    run_id: number | null;
    marks: string;
    facts_hash: Buffer;
    chain_hash: Buffer;
  };
  /**
   * A snapshot that a replay reads otherwise than before, or (`risk_list_before` is null) one that it admits from
   * quarantine. Append-only: what was shown before can always be told.
   */
  revision: {
    id: Generated<number>;
    run_id: number;
    target_id: number;
    data_date: string;
    risk_list_before: number | null;
    risk_list_after: number;
  };
  /** Old payloads, many in one brotli-compressed block; each is `length` inflated bytes from `start` on. */
  payload_block: { id: Generated<number>; packed: Buffer };
  /** Where a payload went whose `deflated` is empty. */
  packed_payload: { payload_id: number; block_id: number; start: number; length: number };
  lease: LeaseRow;
  /** A report or a notice, and one who gets it; `content` is what is needed to send it. */
  delivery: Omit<DeliveryHistory, "delivery_id" | "sends"> & { id: Generated<number>; content: string };
  /**
   * The steps of deliveries. Append-only. `attempts`, `message_id` and `next_try_at` are what the delivery's own row says
   * from then on, so that it can be held against its last step; null in steps of an older ledger.
   */
  delivery_event: Omit<DeliveryEvent, "event_id"> & {
    id: Generated<number>;
    attempts: number | null;
    message_id: string | null;
    next_try_at: string | null;
  };
  /**
   * A night, or some of its targets, that is taken out of every figure; `only_filter` is what `--only` named, null the
   * whole night. One whose `undoes` names another puts that one's rows back. Append-only.
   */
  retraction: {
    id: Generated<number>;
    run_id: number;
    data_date: string;
    only_filter: string | null;
    reason: string;
    undoes: number | null;
  };
  /** What a retraction took out: a target, and whether it had an answer on the night. Append-only. */
  retraction_target: { retraction_id: number; target_id: number; outcome: "fresh" | "missing" };
  /** Rows as JSON that a retraction changed besides moving facts, so that it can be undone. Append-only. */
  retraction_effect: {
    id: Generated<number>;
    retraction_id: number;
    table_name: RepairedTable;
    before: string | null;
    after: string | null;
  };
  /** Rows of nights that are taken out, until the retraction is undone. */
  retracted_snapshot: Retracted<"snapshot">;
  retracted_gap: Retracted<"gap">;
  retracted_official_score: Retracted<"official_score">;
  retracted_revision: Retracted<"revision">;
  retracted_drift: Retracted<"drift">;
  retracted_scope_change: Retracted<"scope_change">;
  /** What a run cost; `minutes` and `slowest` are JSON, which views unpack. */
  run_measure: {
    run_id: number;
    calls: number;
    quota_calls: number;
    received_bytes: number;
    seconds: number;
    throttled_seconds: number;
    minutes: string;
    slowest: string;
  };
  /** Nights whose sums are kept in the tables below: a row of any other night is never read. */
  rollup_night: { data_date: string };
  rollup_portfolio_daily: Views["portfolio_daily"];
  rollup_portfolio_category_daily: Views["portfolio_category_daily"];
  rollup_portfolio_severity_daily: Views["portfolio_severity_daily"];
  rollup_portfolio_counter_daily: Views["portfolio_counter_daily"];
  rollup_portfolio_change_daily: Views["portfolio_change_daily"];
  rollup_portfolio_score_change_daily: Views["portfolio_score_change_daily"];
  rollup_portfolio_category_change_daily: Views["portfolio_category_change_daily"];
  rollup_portfolio_severity_change_daily: Views["portfolio_severity_change_daily"];
  rollup_portfolio_points_back_daily: Views["portfolio_points_back_daily"];
  rollup_scoring_suspicion_daily: Views["scoring_suspicion_daily"];
  rollup_policies_switched_off: Pick<Views["event_daily"], "data_date" | "category" | "targets" | "host_num">;
  /** Nights whose streaks are kept in the tables below: the newest. */
  rollup_streak_night: { data_date: string };
  rollup_saturation_streak: StreakRow;
  rollup_unprotected_streak: StreakRow;
  rollup_policy_off_streak: StreakRow;
  /** SHA-256 of each migration that the ledger has been through. */
  migration_hash: { name: string; hash: Buffer };
  /** SHA-256 of the definition that each view was made from. */
  view_hash: { name: string; hash: Buffer };
  /**
   * The business unit of a target from `from_date` until the day before `to_date`, which is 9999-12-31 while it lasts.
   * A target's periods follow each other without a hole; the first one begins at 0001-01-01. A target that never had
   * a unit has none; one that lost its unit has a period whose unit is null.
   */
  unit_period: { target_id: number; from_date: string; to_date: string; unit: string | null; run_id: number };
  /**
   * What a project is called since it was renamed, from `from_date` until the day before `to_date`. Before the first
   * period, and where there is none, the target's own row names it.
   */
  name_period: {
    target_id: number;
    from_date: string;
    to_date: string;
    project_name: string;
    run_id: number;
  };
  /** What the configuration said of a project from `from_date` until the day before `to_date`; null is nothing. */
  label_period: Label & { target_id: number; from_date: string; to_date: string; run_id: number };
  /**
   * What an account is called since it was renamed. `account` is what it was called at first, which names it in every
   * other table: without a period that is its name.
   */
  account_period: { account: string; from_date: string; to_date: string; name: string; run_id: number };
  /** The domain that an account was found to be; a new name for a known domain is a rename. */
  account_domain: { account: string; domain_id: string; run_id: number };
  /**
   * An exception as it was worded from `from_date` until the day before `to_date`, which is 9999-12-31 while it lasts.
   * It counts on nights from `valid_from` (null is `from_date`) to `valid_until`; `last_day_number` is that one's number.
   */
  exception_period: {
    id: Generated<number>;
    exception: string;
    from_date: string;
    to_date: string;
    category: Category;
    severity: Severity | null;
    counter: string | null;
    policy: string | null;
    /** JSON. */
    targets_filter: string;
    owner: string;
    reason: string;
    approved_by: string | null;
    valid_from: string | null;
    valid_until: string;
    last_day_number: number;
    run_id: number;
  };
  /** A target that an exception covers, from when to when. */
  exception_target: { target_id: number; period_id: number; from_date: string; to_date: string };
  /** Everything discovery ever saw, and how it stands. */
  inventory: ScopeColumns & { state: InventoryState; since: string; detail: string | null };
  /** How discovery's finds changed from run to run. Append-only. */
  scope_change: ScopeColumns & {
    id: Generated<number>;
    data_date: string;
    run_id: number;
    change: SightingChange;
    reason: string;
    /** Why the configuration leaves it out, where it does. */
    detail: string | null;
  };
}

/** A row of a table as it was when a retraction moved it. */
type Retracted<T extends "snapshot" | "gap" | "official_score" | "revision" | "drift" | "scope_change"> =
  Selectable<Tables[T]> & { retraction_id: number };

/** A target's streak; the rest of the columns are the view's. */
interface StreakRow {
  data_date: string;
  target_id: number;
}

/** What a project is called in reports, and who answers for it. */
export interface Label {
  alias: string | null;
  owner_name: string | null;
  owner_address: string | null;
}

interface ScopeColumns {
  account: string;
  region: string;
  project_id: string;
  enterprise_project_id: string;
  project_name: string;
}

interface RunTable {
  id: Generated<number>;
  kind: Generated<RunKind>;
  data_date: string;
  /** ISO 8601, UTC. */
  started_at: string;
  finished_at: string | null;
  status: RunStatus;
  expected: number | null;
  already_fresh: number | null;
  fetched: number | null;
  missing: number | null;
  problem: string | null;
}

/** `running` of a process that is gone means interrupted: the next run of the date resumes it. */
export type RunStatus = "running" | "complete" | "partial" | "failed" | "interrupted";

interface SeverityWords {
  severity: Severity;
  severity_raw: string | null;
  affected_unit: "host" | "image";
}

interface PolicyTexts {
  policy_id: string | null;
  policy_name: string | null;
  os_type: string | null;
  rule_name: string | null;
}

/** Parts of risk lists in full, put together from the tables above. Private, like them. */
export interface PartViews {
  severity_risk: SeverityWords & {
    risk_list_id: number;
    category: Category;
    position: number;
    risk_num: number | null;
    affected_num: number | null;
  };
  counter_value: { risk_list_id: number; category: Category; counter: string; value: number | null };
  policy: PolicyTexts & {
    risk_list_id: number;
    category: Category;
    position: number;
    policy_text_id: number;
    host_num: number | null;
  };
}

export type Schema = Tables & PartViews & Views;
