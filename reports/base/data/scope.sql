-- @title Projects that came into the scope tonight, left it, or were left out
-- @key account region project_id enterprise_project_id change
SELECT account, region, project_id, enterprise_project_id, project_name, change, reason
  FROM scope_change_daily
 WHERE data_date = :data_date
 ORDER BY CASE change WHEN 'gone' THEN 1 WHEN 'new' THEN 2 ELSE 3 END, account, project_name, region, project_id
