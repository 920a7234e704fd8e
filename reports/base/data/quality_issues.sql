-- @title Findings about the answers of the night
-- @key target_id category rule detail
SELECT p.target_id, account, COALESCE(l.alias, p.project_name) AS project_name, category, rule, detail
  FROM quality_issue AS p
  LEFT JOIN target_label AS l ON l.target_id = p.target_id AND l.from_date <= p.data_date
   AND l.to_date > p.data_date
 WHERE data_date = :data_date
 ORDER BY rule, account, project_name, p.target_id, category, detail
