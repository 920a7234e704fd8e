-- @title From the score of the last report to this one, step by step
-- @key step
SELECT step, step_order, previous_date, from_score, to_score, change
  FROM score_waterfall_daily
 WHERE data_date = :data_date
 ORDER BY step_order
