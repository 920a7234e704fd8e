-- @title Counters of the night
-- @key category counter
SELECT category, counter, value
  FROM counter_daily
 WHERE target_id = :target_id AND data_date = :data_date
 ORDER BY category, counter
