-- @title Projects missing tonight
-- @key target_id
SELECT target_id, account, region, project_name, failure_kind, detail, attempts,
       carried_from, carried_score, carried_total_risk_num
  FROM coverage_target_daily
 WHERE data_date = :data_date AND outcome = 'missing'
 ORDER BY account, project_name, target_id
