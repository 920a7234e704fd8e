-- @title Nights
-- @key data_date
SELECT c.data_date, c.expected, c.fresh, c.missing, p.score, p.total_risk_num
  FROM coverage_daily AS c
  -- the range is said of both, or all nights of the portfolio would be added up first
  LEFT JOIN portfolio_daily AS p
    ON p.data_date = c.data_date AND p.data_date >= :first_night AND p.data_date <= :data_date
 WHERE c.data_date >= :first_night AND c.data_date <= :data_date
 ORDER BY c.data_date
