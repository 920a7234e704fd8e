-- @title Nights that were taken out of every figure
-- @key retraction_id
SELECT retraction_id, data_date, targets_filter, targets, answers, reason, retracted_at
  FROM retraction_history
 WHERE data_date >= :first_night AND data_date <= :data_date AND undone_at IS NULL
 ORDER BY data_date DESC, retraction_id DESC
