-- @title Projects that got better
-- @question Which projects won points, or lost risks, since the night before?
-- @param night date = latest night
SELECT project_name, account, region, previous_date, score_change, total_risk_num_change
  FROM risk_change_daily
 WHERE data_date = :night AND (score_change > 0 OR total_risk_num_change < 0)
 ORDER BY score_change DESC NULLS LAST, total_risk_num_change NULLS LAST, project_name
