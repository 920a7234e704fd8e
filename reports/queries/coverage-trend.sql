-- @title Coverage of the last nights
-- @question How many projects were expected, recorded and missed on each of the last nights?
-- @param nights integer = 30
SELECT data_date, expected, fresh, carried, missing
  FROM coverage_daily
 ORDER BY data_date DESC
 LIMIT :nights
