-- @title Nights of the project
-- @key data_date
SELECT c.data_date, c.outcome, r.score, r.total_risk_num,
       CASE WHEN c.outcome = 'missing' THEN 1 ELSE 0 END AS missing
  FROM coverage_target_daily AS c
  -- said of both, or every night of every project would be read
  LEFT JOIN risk_daily AS r ON r.data_date = c.data_date AND r.target_id = :target_id
   AND r.data_date >= :first_night AND r.data_date <= :data_date
 WHERE c.target_id = :target_id AND c.data_date >= :first_night AND c.data_date <= :data_date
 ORDER BY c.data_date
