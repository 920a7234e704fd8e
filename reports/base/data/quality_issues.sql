-- @title Findings about the answers of the night
-- @key target_id category rule detail
SELECT target_id, account, project_name, category, rule, detail
  FROM quality_issue
 WHERE data_date = :data_date
 ORDER BY rule, account, project_name, target_id, category, detail
