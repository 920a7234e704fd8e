-- @title Counters of projects
-- @key target_id category counter
SELECT target_id, account, project_name, category, counter, value
  FROM counter_daily
 WHERE data_date = :data_date
 ORDER BY account, project_name, target_id, category, counter
