-- @title Odd answers
-- @question What did the cloud answer on a night that departs from its documentation?
-- @param night date = latest night
-- @param rule text = any
SELECT rule, project_name, account, region, category, detail
  FROM quality_issue
 WHERE data_date = :night
   AND (CAST(:rule AS TEXT) IS NULL OR rule = :rule)
 ORDER BY rule, project_name, category NULLS LAST, detail
