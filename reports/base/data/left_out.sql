-- @title Projects that are listed, and yet left out
-- @key account region project_id enterprise_project_id
SELECT c.account, c.region, c.project_id, c.enterprise_project_id, COALESCE(l.alias, c.project_name) AS project_name,
       l.owner_name, l.owner_address, c.reason, c.detail, c.data_date AS since
  FROM scope_change_daily c
  LEFT JOIN target_label AS l ON l.target_id = c.target_id AND l.from_date <= :data_date AND l.to_date > :data_date
 WHERE c.data_date <= :data_date AND c.change IN ('gone', 'left_out')
   AND c.reason IN ('configured_out', 'id_unreadable', 'name_unreadable', 'enabled_unreadable', 'entry_unreadable', 'seen_by_another_account')
   AND NOT EXISTS (
     SELECT 1 FROM scope_change_daily l
      WHERE l.change IN ('new', 'gone', 'left_out') AND (l.account = c.account OR l.target_id = c.target_id)
        AND l.region = c.region AND l.project_id = c.project_id
        AND l.enterprise_project_id = c.enterprise_project_id AND l.data_date <= :data_date
        AND (l.data_date > c.data_date OR (l.data_date = c.data_date AND l.run_id > c.run_id)))
 ORDER BY c.account, c.project_name, c.project_id, c.enterprise_project_id
