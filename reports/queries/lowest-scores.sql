-- @title Lowest scores
-- @question Which projects stand worst on a night?
-- @param night date = latest night
-- @param account text = any
-- @param rows integer = 20
SELECT project_name, account, region, score, deducted, total_risk_num
  FROM risk_daily
 WHERE data_date = :night
   AND (CAST(:account AS TEXT) IS NULL OR account = :account)
   AND score IS NOT NULL
 ORDER BY score, total_risk_num DESC NULLS LAST, project_name
 LIMIT :rows
