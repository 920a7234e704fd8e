-- @title Accounts and regions
-- @question How do the accounts and regions compare on a night?
-- @param night date = latest night
SELECT account, region, COUNT(*) AS targets, COUNT(score) AS scored_targets, MIN(score) AS lowest_score,
       MAX(score) AS highest_score
  FROM risk_daily
 WHERE data_date = :night
 GROUP BY account, region
 ORDER BY lowest_score NULLS LAST, account, region
