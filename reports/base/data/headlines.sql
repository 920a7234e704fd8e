-- @title What is to be said of the night, the most telling first
-- @key rank
SELECT rank, statement, previous_date, category, account, project_name, change, category_change, score,
       previous_score, targets, of_targets, num, hosts
  FROM headline_daily
 WHERE data_date = :data_date
 ORDER BY rank
