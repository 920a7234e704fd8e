-- @title Change since the project's night before
-- @one
SELECT previous_date, score_change, total_risk_num_change
  FROM risk_change_daily
 WHERE target_id = :target_id AND data_date = :data_date
