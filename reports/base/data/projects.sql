-- @title Projects, the lowest score first
-- @key target_id
SELECT r.target_id, r.account, r.region, r.project_id, COALESCE(l.alias, r.project_name) AS project_name,
       l.owner_name, l.owner_address, r.score, r.deducted, r.total_risk_num, c.previous_date, c.score_change,
       c.total_risk_num_change
  FROM risk_daily AS r
  JOIN risk_change_daily AS c ON c.target_id = r.target_id AND c.data_date = r.data_date
  LEFT JOIN target_label AS l ON l.target_id = r.target_id AND l.from_date <= r.data_date
   AND l.to_date > r.data_date
 WHERE r.data_date = :data_date
 ORDER BY r.score ASC NULLS LAST, r.total_risk_num DESC NULLS LAST, r.account, r.project_name, r.target_id
