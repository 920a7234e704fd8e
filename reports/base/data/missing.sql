-- @title Projects missing tonight
-- @key target_id
SELECT p.target_id, account, region, COALESCE(l.alias, p.project_name) AS project_name, l.owner_name,
       l.owner_address, failure_kind, detail, attempts, carried_from, carried_score, carried_total_risk_num
  FROM coverage_target_daily AS p
  LEFT JOIN target_label AS l ON l.target_id = p.target_id AND l.from_date <= p.data_date
   AND l.to_date > p.data_date
 WHERE data_date = :data_date AND outcome = 'missing'
 ORDER BY account, project_name, p.target_id
