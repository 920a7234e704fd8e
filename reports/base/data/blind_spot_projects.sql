-- @title Blind spots of projects
-- @key target_id kind category
SELECT target_id, account, project_name, kind, category, num
  FROM blind_spot_daily
 WHERE data_date = :data_date
 ORDER BY num DESC NULLS LAST, account, project_name, target_id, kind, category
