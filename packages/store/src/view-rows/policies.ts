import type { Category, Observation } from "./columns.ts";

export interface PolicyDaily extends Observation {
  category: Category;
  policy_id: string | null;
  policy_name: string | null;
  os_type: string | null;
  host_num: number | null;
  rule_name: string | null;
  /** Its place among the policies of its category; from 0 on. */
  place: number;
}

/** A policy that was switched off or on between two successive snapshots of a target. */
export interface PolicyEvent extends Observation {
  /** The target's snapshot before. */
  previous_date: string;
  category: Category;
  event: "off" | "on";
  policy_id: string | null;
  policy_name: string | null;
  os_type: string | null;
  host_num: number | null;
}

/** A policy that is off, and for how long. */
export interface PolicyOffDaily extends Observation {
  category: Category;
  policy_id: string | null;
  policy_name: string | null;
  os_type: string | null;
  host_num: number | null;
  nights_off: number;
  off_since: string;
  nights_unknown: number;
  /** Hosts, summed over the nights counted; null where one is not known. */
  host_nights: number | null;
}
