import {
  CATEGORY,
  DATA_DATE,
  type Entries,
  PREVIOUS_DATE,
  PROJECT_COLUMNS,
  TARGET_COLUMNS,
} from "./entry.ts";

export const HEADLINE_ENTRIES: Entries<"headline_daily"> = {
  headline_daily: {
    meaning:
      "One row for each thing that is to be said of a night, the most telling first; there is always one, and a figure that a statement has no use for is null (ledger.md has the list).",
    key: ["data_date", "rank"],
    of: "coverage_daily",
    columns: {
      data_date: DATA_DATE,
      rank: ["1 for the most telling."],
      statement: [
        "`score_down`, `score_up`, `score_unchanged`, `nothing_moved`, `not_comparable`, `first_night`, `no_answers`, `no_score`, `policies_off`, `grows_unseen`, `missing`, `new_worst`, `rule_suspected`, `unprotected`, `scope_gone`, `scope_new` or `returned`.",
      ],
      previous_date: PREVIOUS_DATE,
      category: CATEGORY,
      target_id: TARGET_COLUMNS.target_id,
      account: PROJECT_COLUMNS.account,
      project_name: PROJECT_COLUMNS.project_name,
      change: ["The change of the mean score of the targets scored on both nights.", "points"],
      category_change: ["The part of it that the category made.", "points"],
      score: ["The mean score, or that of the target.", "points, 0–100"],
      previous_score: ["The mean score on previous_date.", "points, 0–100"],
      targets: ["How many targets it is said of.", "targets"],
      of_targets: ["Of how many: those expected, or those whose counts did not change.", "targets"],
      num: [
        "How many policies were switched off, risks came, or missing targets are shown by an earlier night.",
      ],
      hosts: ["Hosts with the policies off, or unprotected; null where one number is not known.", "hosts"],
    },
  },
};
