-- @title Policies and their hosts
-- @question Which protection policies hold on a night, and for how many hosts?
-- @param night date = latest night
-- @param project text = any
SELECT project_name, account, category, policy_name, os_type, rule_name, host_num
  FROM policy_daily
 WHERE data_date = :night
   AND (CAST(:project AS TEXT) IS NULL OR project_name = :project)
 ORDER BY project_name, category, policy_name NULLS LAST, policy_id NULLS LAST, rule_name NULLS LAST
