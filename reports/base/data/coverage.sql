-- @title Coverage of the night
-- @one
SELECT c.data_date, c.expected, c.fresh, c.carried, c.missing,
       (SELECT COUNT(*) FROM coverage_target_daily t WHERE t.data_date = :data_date AND t.project_id = '*') AS unlisted
  FROM coverage_daily c
 WHERE c.data_date = :data_date
