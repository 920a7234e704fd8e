-- @title Policies not enabled
-- @key category policy_id rule_name
SELECT p.category, p.policy_id, p.policy_name, p.os_type, p.host_num, p.rule_name,
       o.nights_off, o.off_since, o.host_nights
  FROM policy_daily AS p
  LEFT JOIN policy_off_daily AS o
    ON o.target_id = :target_id AND o.data_date = :data_date AND o.category = p.category
   AND o.policy_id = p.policy_id AND o.os_type = p.os_type
 WHERE p.target_id = :target_id AND p.data_date = :data_date
 ORDER BY p.category, p.policy_name, p.policy_id, p.rule_name
