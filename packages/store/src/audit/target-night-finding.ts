import type { LedgerFinding } from "../seal/ledger-finding.ts";

/** A target's night, and the run that it is from. */
export interface TargetNightRow {
  target_id: number;
  data_date: string;
  run_id: number;
}

/** A finding about a target's night. */
export const targetNightFinding =
  (table: string, detail: string) =>
  ({ target_id, data_date, run_id }: TargetNightRow): LedgerFinding => ({
    kind: "altered",
    table,
    key: `target ${target_id} on ${data_date}`,
    runId: run_id,
    detail,
  });
