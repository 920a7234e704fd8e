-- @title Severities of the portfolio
-- @key category severity
SELECT category, severity, risk_num
  FROM portfolio_severity_daily
 WHERE data_date = :data_date
 ORDER BY category, CASE severity WHEN 'critical' THEN 1 WHEN 'high' THEN 2 WHEN 'medium' THEN 3
                                  WHEN 'low' THEN 4 ELSE 5 END
