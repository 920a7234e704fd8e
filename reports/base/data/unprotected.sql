-- @title Unprotected hosts, the most host-nights first
-- @key target_id
SELECT target_id, account, project_name, host_num, nights_unprotected, unprotected_since, host_nights
  FROM unprotected_daily
 WHERE data_date = :data_date
 ORDER BY host_nights DESC, host_num DESC, account, project_name, target_id
