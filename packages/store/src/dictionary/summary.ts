import { CATEGORY, DATA_DATE, type Entries } from "./entry.ts";

export const SUMMARY_ENTRIES: Entries<
  | "score_band"
  | "coverage_failure_daily"
  | "portfolio_saturation_daily"
  | "portfolio_blind_spot_daily"
  | "portfolio_policy_off_daily"
  | "quality_rule_daily"
  | "portfolio_reconciliation_daily"
  | "event_daily"
> = {
  score_band: {
    meaning: "One row for each band of the score, nightledger's own, since HSS publishes none.",
    key: ["band"],
    columns: {
      band: [
        "`strong`, `good`, `fair`, `weak` or `critical`: the one with the greatest from_score that is not above the score.",
      ],
      from_score: ["The least score of it.", "points"],
      to_score: ["Where the next one begins; 100 of the best.", "points"],
    },
  },
  coverage_failure_daily: {
    meaning: "One row for each night and reason why targets are missing.",
    key: ["data_date", "failure_kind"],
    of: "coverage_daily",
    columns: {
      data_date: DATA_DATE,
      failure_kind: ["Why they are missing, as in `coverage_target_daily`."],
      targets: ["Targets missing for it.", "targets"],
      carried: ["Those of them with an earlier good night on record.", "targets"],
      oldest_carried_from: ["The earliest of those good nights; null where there is none.", "YYYY-MM-DD"],
      oldest_carried_nights: ["How many nights it lies back.", "nights"],
    },
  },
  portfolio_saturation_daily: {
    meaning: "One row for each night and category with targets at its cap.",
    key: ["data_date", "category"],
    of: "portfolio_category_daily",
    columns: {
      data_date: DATA_DATE,
      category: CATEGORY,
      cap: ["The most it can take.", "points"],
      targets: ["Targets at the cap.", "targets"],
      growing_targets: [
        "Those of them whose risks grew while the points stood still; null where that is known of none.",
        "targets",
      ],
      total_risk_num: ["Their risks of the category; null where one is not known.", "risks"],
      total_risk_num_change: ["Risks now less then, of those known on both nights.", "risks"],
      nights_saturated: [
        "The longest that one of them has been at the cap, of the last 92 nights.",
        "nights",
      ],
    },
  },
  portfolio_blind_spot_daily: {
    meaning: "One row for each night and thing that nobody looks at.",
    key: ["data_date", "category", "kind"],
    of: "portfolio_category_daily",
    columns: {
      data_date: DATA_DATE,
      category: CATEGORY,
      kind: ["As in `blind_spot_daily`."],
      targets: ["Targets with it.", "targets"],
      num: ["How many, over those targets; null where one leaves it open.", "hosts or images"],
    },
  },
  portfolio_policy_off_daily: {
    meaning: "One row for each night and policy that is off somewhere.",
    key: ["data_date", "category", "policy_name", "os_type"],
    of: "portfolio_category_daily",
    columns: {
      data_date: DATA_DATE,
      category: CATEGORY,
      policy_name: ["Its name as HSS gives it; null where it gives none."],
      os_type: ["The system that it is for; null where it is not given."],
      targets: ["Targets where it is off.", "targets"],
      host_num: ["Their hosts without it; null where one leaves it open.", "hosts"],
      host_nights: [
        "Hosts, summed over the nights it has been off; null where one is not known.",
        "host-nights",
      ],
      first_off_since: ["Since when it has been off where it has been so longest.", "YYYY-MM-DD"],
      last_off_since: ["Since when it has been off where it was switched off last.", "YYYY-MM-DD"],
    },
  },
  quality_rule_daily: {
    meaning: "One row for each night and rule that answers depart from.",
    key: ["data_date", "rule"],
    of: "coverage_daily",
    columns: {
      data_date: DATA_DATE,
      rule: ["As in `quality_issue`."],
      issues: ["How many times answers depart from it.", "findings"],
      targets: ["Targets that they are about.", "targets"],
    },
  },
  portfolio_reconciliation_daily: {
    meaning: "One row for each night on which the cloud was asked for its own scores.",
    key: ["data_date"],
    of: "coverage_daily",
    columns: {
      data_date: DATA_DATE,
      asked: ["Targets whose score it was asked for.", "targets"],
      compared: ["Those with both scores known.", "targets"],
      differing: ["Those that differ by a point or more.", "targets"],
      unavailable: ["Those for which the cloud gave no score.", "targets"],
      largest_difference: ["The largest difference, without its sign; null where none is known.", "points"],
    },
  },
  event_daily: {
    meaning: "One row for each event of a night that a trend has to be read with.",
    key: ["data_date", "kind", "category"],
    of: "night_daily",
    columns: {
      data_date: DATA_DATE,
      kind: [
        "`targets_missing`, `nothing_fetched`, `targets_new`, `targets_gone`, `policies_off` or `scoring_suspected`.",
      ],
      category: ["Of policies and scoring rules; null of the others."],
      targets: ["Targets that it is about.", "targets"],
      host_num: ["Of policies: the hosts without them; null where one is not known.", "hosts"],
    },
  },
};
