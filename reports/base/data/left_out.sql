-- @title Projects that the configuration leaves out on the night
-- @key account region project_id enterprise_project_id
SELECT c.account, c.region, c.project_id, c.enterprise_project_id, c.project_name, c.data_date AS since, c.detail
  FROM scope_change_daily AS c
 WHERE c.reason = 'configured_out' AND c.data_date <= :data_date
   AND NOT EXISTS (
     SELECT 1 FROM scope_change_daily AS n
      WHERE n.change IN ('new', 'gone', 'left_out') AND n.data_date <= :data_date
        AND n.region = c.region AND n.project_id = c.project_id
        AND n.enterprise_project_id = c.enterprise_project_id AND n.run_id > c.run_id)
 ORDER BY c.account, c.project_name, c.region, c.project_id, c.enterprise_project_id
