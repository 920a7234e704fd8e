-- @title Blind spots of projects
-- @key target_id kind category
SELECT p.target_id, account, COALESCE(l.alias, p.project_name) AS project_name, kind, category, num
  FROM blind_spot_daily AS p
  LEFT JOIN target_label AS l ON l.target_id = p.target_id AND l.from_date <= p.data_date
   AND l.to_date > p.data_date
 WHERE data_date = :data_date
 ORDER BY num DESC NULLS LAST, account, project_name, p.target_id, kind, category
