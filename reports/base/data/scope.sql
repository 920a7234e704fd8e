-- @title What came into the scope tonight, left it, was left out, or is called otherwise
-- @key account region project_id enterprise_project_id change
SELECT c.account, c.region, c.project_id, c.enterprise_project_id, COALESCE(l.alias, c.project_name) AS project_name,
       l.owner_name, l.owner_address, c.change, c.reason, c.old_value, c.new_value, c.detail
  FROM scope_change_daily AS c
  LEFT JOIN target_label AS l ON l.target_id = c.target_id AND l.from_date <= c.data_date
   AND l.to_date > c.data_date
 WHERE c.data_date = :data_date
 ORDER BY CASE c.change WHEN 'gone' THEN 1 WHEN 'new' THEN 2 WHEN 'account_renamed' THEN 3 WHEN 'renamed' THEN 4
                        WHEN 'unit_moved' THEN 5 ELSE 6 END, c.account, c.project_name, c.region, c.project_id
