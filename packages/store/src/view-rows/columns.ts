/** What names a target in every view. */
export interface TargetColumns {
  target_id: number;
  account: string;
  region: string;
  project_id: string;
  project_name: string;
  /** The filter that was sent: an enterprise project id, or `all_granted_eps`. */
  enterprise_project_id: string;
}

export interface Observation extends TargetColumns {
  /** `YYYY-MM-DD` in the configured time zone. */
  data_date: string;
}

export interface UnitColumn {
  /** The business unit that the target belongs to on that night; null is none. */
  unit: string | null;
}

export type Category = "alarm" | "baseline" | "asset" | "protection" | "vulnerability" | "image";

export type Severity = "critical" | "high" | "medium" | "low" | "unknown";
