-- @title The project on the night
-- @one
SELECT c.target_id, c.account, c.region, c.project_id,
       COALESCE(l.alias, c.project_name) AS project_name, l.owner_name, l.owner_address, c.enterprise_project_id,
       c.outcome, c.failure_kind, c.detail, c.attempts, c.carried_from, c.carried_score, c.carried_total_risk_num,
       r.score, r.deducted, r.total_risk_num, r.run_id
  FROM coverage_target_daily AS c
  -- said of both, or every night of every project would be read
  LEFT JOIN risk_daily AS r ON r.target_id = :target_id AND r.data_date = :data_date
  LEFT JOIN target_label AS l ON l.target_id = c.target_id AND l.from_date <= c.data_date
   AND l.to_date > c.data_date
 WHERE c.target_id = :target_id AND c.data_date = :data_date
