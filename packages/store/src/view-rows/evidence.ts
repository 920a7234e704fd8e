import type { Observation } from "./columns.ts";

/** What stands behind a target's night. */
export interface EvidenceDaily extends Observation {
  run_id: number;
  /** ISO 8601, UTC, to the second. */
  fetched_at: string;
  /** SHA-256 of the raw answer, and of what it was read as. Hexadecimal. */
  payload_sha256: string;
  risk_list_sha256: string;
  /** The seal of the run; null while it runs. Hexadecimal. */
  run_seal: string | null;
}
