-- @title Policies not enabled
-- @key target_id category policy_id rule_name
SELECT p.target_id, account, COALESCE(l.alias, p.project_name) AS project_name, category, policy_id, policy_name,
       os_type, host_num, rule_name
  FROM policy_daily AS p
  LEFT JOIN target_label AS l ON l.target_id = p.target_id AND l.from_date <= p.data_date
   AND l.to_date > p.data_date
 WHERE data_date = :data_date
 ORDER BY category, account, project_name, p.target_id, policy_name, policy_id
