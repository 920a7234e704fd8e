-- @title Projects that gained points since the night before
-- @key target_id
SELECT target_id, account, project_name, previous_score, score, score_change, total_risk_num_change
  FROM mover_daily
 WHERE data_date = :data_date AND score_change > 0
 ORDER BY best_rank, account, project_name, target_id
