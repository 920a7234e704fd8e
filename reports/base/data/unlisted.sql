-- @title Accounts whose number of projects is not known
-- @key account
SELECT account, failure_kind, detail
  FROM coverage_target_daily
 WHERE data_date = :data_date AND project_id = '*'
 ORDER BY account
