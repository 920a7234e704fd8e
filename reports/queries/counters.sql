-- @title Counters by project
-- @question Where are hosts without protection, weak passwords or images never scanned?
-- @param night date = latest night
-- @param counter text = any
SELECT project_name, account, region, category, counter, value
  FROM counter_daily
 WHERE data_date = :night AND value > 0
   AND (CAST(:counter AS TEXT) IS NULL OR counter = :counter)
 ORDER BY counter, value DESC, project_name
