-- @title Counters of the portfolio
-- @key category counter
SELECT category, counter, value
  FROM portfolio_counter_daily
 WHERE data_date = :data_date
 ORDER BY category, counter
