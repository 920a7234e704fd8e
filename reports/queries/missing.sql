-- @title Missing targets
-- @question Which projects have no answer on a night, why, and since when?
-- @param night date = latest night
SELECT account, region, project_name, failure_kind, attempts, carried_from, detail
  FROM coverage_target_daily
 WHERE data_date = :night AND outcome = 'missing'
 ORDER BY failure_kind, account, project_name
