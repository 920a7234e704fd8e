-- @title Coverage of the last nights
-- @question How many projects were expected, recorded and missed on each of the last nights?
-- @param nights integer = 30
-- @param until date = latest night
SELECT data_date, expected, fresh, carried, missing
  FROM coverage_daily
 WHERE data_date <= :until
 ORDER BY data_date DESC
 LIMIT :nights
