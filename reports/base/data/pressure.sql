-- @title Risks that grow under a cap, the most first
-- @key target_id category
SELECT target_id, account, project_name, category, cap, total_risk_num, total_risk_num_change, nights_saturated,
       saturated_since
  FROM saturation_pressure_daily
 WHERE data_date = :data_date AND grows_unseen = 1
 ORDER BY total_risk_num_change DESC, total_risk_num DESC, account, project_name, target_id, category
