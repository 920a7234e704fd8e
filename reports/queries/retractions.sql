-- @title Nights that were taken out
-- @question What was taken out of every figure, why, and what was put back?
SELECT data_date, targets_filter, targets, answers, reason, retracted_at, run_id, undone_at, undo_reason
  FROM retraction_history
 ORDER BY retraction_id DESC
