-- @title Projects that came and went
-- @question Which projects are new, gone or left out since a night, and why?
-- @param since date = latest night
SELECT data_date, change, reason, account, region, project_name, enterprise_project_id
  FROM scope_change_daily
 WHERE data_date >= :since
 ORDER BY data_date DESC, change, account, project_name
