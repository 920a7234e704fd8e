-- @title Risks that grow under a cap, the most first
-- @key target_id category
SELECT p.target_id, account, COALESCE(l.alias, p.project_name) AS project_name, l.owner_name, l.owner_address,
       category, cap, total_risk_num, total_risk_num_change, nights_saturated, saturated_since
  FROM saturation_pressure_daily AS p
  LEFT JOIN target_label AS l ON l.target_id = p.target_id AND l.from_date <= p.data_date
   AND l.to_date > p.data_date
 WHERE data_date = :data_date AND grows_unseen = 1
 ORDER BY total_risk_num_change DESC, total_risk_num DESC, account, project_name, p.target_id, category
