-- @title What is to be said of the night, the most telling first
-- @key rank
SELECT rank, statement, previous_date, category, account, COALESCE(l.alias, p.project_name) AS project_name, change,
       category_change, score, previous_score, targets, of_targets, num, hosts
  FROM headline_daily AS p
  LEFT JOIN target_label AS l ON l.target_id = p.target_id AND l.from_date <= p.data_date
   AND l.to_date > p.data_date
 WHERE data_date = :data_date
 ORDER BY rank
