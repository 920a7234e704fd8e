-- @title Risks by severity
-- @question How many risks of each severity has the portfolio on a night?
-- @param night date = latest night
SELECT category, severity, risk_num
  FROM portfolio_severity_daily
 WHERE data_date = :night
 ORDER BY category,
       CASE severity WHEN 'critical' THEN 1 WHEN 'high' THEN 2 WHEN 'medium' THEN 3 WHEN 'low' THEN 4 ELSE 5 END
