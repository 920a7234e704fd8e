import { CATEGORY, type ColumnEntry, type Entries, OBSERVATION_COLUMNS } from "./entry.ts";
import { NIGHTS_UNKNOWN } from "./pressure.ts";

const POLICY_COLUMNS = {
  policy_id: ["The policy's id.", null, "ListSecurityRisk, table 8"],
  policy_name: ["The policy's name.", null, "ListSecurityRisk, table 8"],
  os_type: ["The operating system that it is for.", null, "ListSecurityRisk, table 8"],
  host_num: ["Hosts that it is associated with.", "hosts", "ListSecurityRisk, table 8"],
} as const satisfies Record<string, ColumnEntry>;

export const POLICY_ENTRIES: Entries<"policy_daily" | "policy_event" | "policy_off_daily"> = {
  policy_daily: {
    meaning:
      "One row for each policy that an answer lists as not enabled (documented so for baseline; alarm and asset are read alike).",
    key: ["data_date", "target_id", "category", "place"],
    of: "category_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      category: CATEGORY,
      ...POLICY_COLUMNS,
      rule_name: ["Detection rules, separated by commas.", null, "ListSecurityRisk, table 8"],
      place: [
        "Its place among the policies of its category, from 0 on: a list may name one more than once. It says nothing of the order in the answer.",
      ],
    },
  },
  policy_event: {
    meaning:
      "One row for each policy that was switched off or on between two successive answers of a target.",
    key: ["data_date", "target_id", "category", "policy_id", "policy_name", "os_type"],
    of: "risk_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      previous_date: [
        "The night of the target's answer before; the switch lies between the two.",
        "YYYY-MM-DD",
      ],
      category: CATEGORY,
      event: ["`off` where it appears among those not enabled, `on` where it vanishes from them."],
      ...POLICY_COLUMNS,
      host_num: [
        "Hosts that it is associated with: now where switched off, on previous_date where switched on.",
        "hosts",
        "ListSecurityRisk, table 8",
      ],
    },
  },
  policy_off_daily: {
    meaning:
      "One row for each policy (id, else name, and system), target and night that it is off; one that a list names twice counts once, with the hosts of its first place.",
    key: ["data_date", "target_id", "category", "policy_id", "policy_name", "os_type"],
    of: "category_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      category: CATEGORY,
      ...POLICY_COLUMNS,
      nights_off: ["Nights in a row off, this one included, of the last 92.", "nights"],
      off_since: ["The first of them.", "YYYY-MM-DD"],
      nights_unknown: NIGHTS_UNKNOWN,
      host_nights: [
        "Its hosts, summed over those nights; null where one number is not known.",
        "host-nights",
      ],
    },
  },
};
