-- @title Coverage of the night
-- @one
SELECT data_date, expected, fresh, carried, missing
  FROM coverage_daily
 WHERE data_date = :data_date
