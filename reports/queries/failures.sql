-- @title Failures by kind
-- @question Why did targets go missing over the last nights?
-- @param nights integer = 30
-- @param until date = latest night
SELECT failure_kind, COUNT(*) AS target_nights, COUNT(DISTINCT target_id) AS targets, MIN(data_date) AS first_date,
       MAX(data_date) AS last_date
  FROM coverage_target_daily
 WHERE outcome = 'missing'
   AND data_date IN (SELECT data_date FROM coverage_daily WHERE data_date <= :until ORDER BY data_date DESC LIMIT :nights)
 GROUP BY failure_kind
 ORDER BY target_nights DESC, failure_kind
