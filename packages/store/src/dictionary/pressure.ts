import { CATEGORY, type Entries, OBSERVATION_COLUMNS, PREVIOUS_DATE } from "./entry.ts";

export const NIGHTS_UNKNOWN = [
  "Nights since then that say nothing, which neither continue the streak nor end it.",
  "nights",
] as const;

export const PRESSURE_ENTRIES: Entries<
  "saturation_pressure_daily" | "blind_spot_daily" | "unprotected_daily"
> = {
  saturation_pressure_daily: {
    meaning:
      "One row for each target, night and category at its cap, where counts can grow while the score stands still.",
    key: ["data_date", "target_id", "category"],
    of: "category_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      category: CATEGORY,
      deduct_score: ["The points it takes.", "points"],
      cap: ["The most it can take.", "points"],
      total_risk_num: ["Its risks on this night.", "risks", "ListSecurityRisk, tables 5–7, 9, 10 and 12"],
      previous_date: PREVIOUS_DATE,
      previous_total_risk_num: [
        "Its risks on previous_date; null where the target has no answer then.",
        "risks",
      ],
      total_risk_num_change: ["Risks now less then.", "risks"],
      grows_unseen: [
        "1 where the risks grew while the points stood still, 0 where not, null where that is not known.",
      ],
      nights_saturated: ["Nights in a row at the cap, this one included, of the last 92.", "nights"],
      saturated_since: ["The first of them.", "YYYY-MM-DD"],
      nights_unknown: NIGHTS_UNKNOWN,
    },
  },
  blind_spot_daily: {
    meaning: "One row for each thing that nobody looks at, for each target and night.",
    key: ["data_date", "target_id", "category", "kind"],
    of: "category_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      category: CATEGORY,
      kind: [
        "`hosts_not_scanned`, `hosts_not_checked` (baseline), `images_not_scanned`, `hosts_unprotected`, `block_absent` (the answer leaves the category out) or `never_scanned` (not scanned now, and no finding in the last 92 nights).",
      ],
      num: [
        "How many; null where the answer leaves it open, and for `block_absent`.",
        "hosts or images",
        "ListSecurityRisk, tables 6, 9, 10 and 12",
      ],
    },
  },
  unprotected_daily: {
    meaning: "One row for each target and night with unprotected hosts.",
    key: ["data_date", "target_id"],
    of: "risk_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      host_num: ["Unprotected hosts on this night.", "hosts", "ListSecurityRisk, table 9"],
      nights_unprotected: ["Nights in a row with any, this one included, of the last 92.", "nights"],
      unprotected_since: ["The first of them.", "YYYY-MM-DD"],
      nights_unknown: NIGHTS_UNKNOWN,
      host_nights: ["Unprotected hosts, summed over those nights.", "host-nights"],
    },
  },
};
