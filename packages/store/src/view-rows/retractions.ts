/** A night, or some of its targets, that was taken out of every figure. */
export interface RetractionHistory {
  retraction_id: number;
  data_date: string;
  /** What `--only` named; null is the whole night. */
  targets_filter: string | null;
  /** Targets that were taken out. */
  targets: number;
  /** Those of them that had an answer. */
  answers: number;
  reason: string;
  run_id: number;
  /** ISO 8601, UTC. */
  retracted_at: string;
  /** The run that put it back; null while the retraction stands. */
  undone_run_id: number | null;
  undone_at: string | null;
  undo_reason: string | null;
}
