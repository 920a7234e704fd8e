import { DATA_DATE, type Entries } from "./entry.ts";

export const RETRACTION_ENTRIES: Entries<"retraction_history"> = {
  retraction_history: {
    meaning: "One row for each night, or part of one, that was taken out of every figure.",
    key: ["retraction_id"],
    columns: {
      retraction_id: ["The retraction's number in this ledger."],
      data_date: DATA_DATE,
      targets_filter: ["What `--only` named; null is the whole night."],
      targets: ["Targets that were taken out.", "targets"],
      answers: ["Those of them that had an answer.", "targets"],
      reason: ["Why, in the operator's words."],
      run_id: ["The run that took it out."],
      retracted_at: ["When it was taken out.", "ISO 8601, UTC"],
      undone_run_id: ["The run that put it back; null while the retraction stands."],
      undone_at: ["When it was put back; null while the retraction stands.", "ISO 8601, UTC"],
      undo_reason: ["Why it was put back; null while the retraction stands."],
    },
  },
};
