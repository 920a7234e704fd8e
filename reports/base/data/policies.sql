-- @title Policies not enabled
-- @key target_id category policy_id rule_name
SELECT target_id, account, project_name, category, policy_id, policy_name, os_type, host_num, rule_name
  FROM policy_daily
 WHERE data_date = :data_date
 ORDER BY category, account, project_name, target_id, policy_name, policy_id
