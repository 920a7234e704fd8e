import { targetOn, type ViewDefinition } from "./fragments.ts";

/** What stands behind each answer's figures. */
export const EVIDENCE_VIEWS: readonly ViewDefinition[] = [
  [
    "evidence_daily",
    `SELECT e.data_date, ${targetOn("e.data_date")}, e.run_id, e.fetched_at, e.payload_sha256, e.risk_list_sha256, e.run_seal
      FROM snapshot_evidence e JOIN target t ON t.id = e.target_id`,
  ],
];
