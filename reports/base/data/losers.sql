-- @title Projects that lost points since the night before
-- @key target_id
SELECT p.target_id, account, COALESCE(l.alias, p.project_name) AS project_name, l.owner_name, l.owner_address,
       previous_score, score, score_change, total_risk_num_change
  FROM mover_daily AS p
  LEFT JOIN target_label AS l ON l.target_id = p.target_id AND l.from_date <= p.data_date
   AND l.to_date > p.data_date
 WHERE data_date = :data_date AND score_change < 0
 ORDER BY worst_rank, account, project_name, p.target_id
