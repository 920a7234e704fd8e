-- @title Accounts whose number of projects is not known
-- @key account
SELECT account, failure_kind, detail
  FROM coverage_account_daily
 WHERE data_date = :data_date AND expected IS NULL
 ORDER BY account
