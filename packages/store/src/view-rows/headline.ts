import type { Category } from "./columns.ts";

/**
 * What a night says. Each statement has its figures in the columns named:
 * - `score_down` `score_up`: change, category and category_change (what moved it most), score, previous_score,
 *   previous_date
 * - `score_unchanged`, `nothing_moved` (and none of those below that move): change, score, previous_score, previous_date
 * - `not_comparable` (no target is scored on both nights): score, previous_score (null where none is), previous_date
 * - `first_night`: score
 * - `no_answers`, `no_score`: targets (missing), of_targets (expected)
 * - `policies_off`: num (policies), targets, hosts (null where not known)
 * - `grows_unseen`: category, num (risks more), targets, previous_date
 * - `missing`: targets, of_targets (expected), num (those shown by an earlier night)
 * - `new_worst`: target_id, account, project_name, score, previous_date
 * - `rule_suspected`: category, targets (whose points moved), of_targets (whose counts did not), previous_date
 * - `unprotected`: hosts, targets
 * - `scope_gone` `scope_new` `returned`: targets, previous_date
 */
export type HeadlineStatement =
  | "score_down"
  | "score_up"
  | "score_unchanged"
  | "nothing_moved"
  | "not_comparable"
  | "first_night"
  | "no_answers"
  | "no_score"
  | "policies_off"
  | "grows_unseen"
  | "missing"
  | "new_worst"
  | "rule_suspected"
  | "unprotected"
  | "scope_gone"
  | "scope_new"
  | "returned";

/** A statement of a night, the most telling first. A figure that it has no use for is null. */
export interface HeadlineDaily {
  data_date: string;
  rank: number;
  statement: HeadlineStatement;
  previous_date: string | null;
  category: Category | null;
  target_id: number | null;
  account: string | null;
  project_name: string | null;
  change: number | null;
  category_change: number | null;
  score: number | null;
  previous_score: number | null;
  targets: number | null;
  of_targets: number | null;
  num: number | null;
  hosts: number | null;
}
