-- @title Policies that are off, the most host-nights first
-- @key category policy_name os_type
SELECT category, policy_name, os_type, targets, host_num, host_nights, first_off_since, last_off_since
  FROM portfolio_policy_off_daily
 WHERE data_date = :data_date
 ORDER BY host_nights DESC NULLS LAST, host_num DESC NULLS LAST, category, policy_name, os_type
