-- @title Policies that are not enabled
-- @question Which policies does the cloud name as not enabled on a night, and on how many hosts?
-- @param night date = latest night
-- @param project text = any
SELECT project_name, account, category, policy_name, os_type, rule_name, host_num
  FROM policy_daily
 WHERE data_date = :night
   AND (CAST(:project AS TEXT) IS NULL OR project_name = :project)
 ORDER BY project_name, category, policy_name NULLS LAST, policy_id NULLS LAST, rule_name NULLS LAST
