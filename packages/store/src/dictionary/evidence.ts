import { type Entries, OBSERVATION_COLUMNS, RUN_ID } from "./entry.ts";

export const EVIDENCE_ENTRIES: Entries<"evidence_daily"> = {
  evidence_daily: {
    meaning: "One row for each target and night with an answer: what stands behind its figures.",
    key: ["data_date", "target_id"],
    of: "risk_daily",
    columns: {
      ...OBSERVATION_COLUMNS,
      run_id: RUN_ID,
      fetched_at: ["When the answer came, to the second.", "ISO 8601, UTC"],
      payload_sha256: ["SHA-256 of the raw answer, as it came.", "hexadecimal"],
      risk_list_sha256: ["SHA-256 of what it is read as, in canonical JSON.", "hexadecimal"],
      run_seal: ["The seal of the run and of all before it; null until the run has ended.", "hexadecimal"],
    },
  },
};
