-- @title Projects by risks of a severity
-- @question Which projects have the most risks of a severity, and on how many hosts or images?
-- @param night date = latest night
-- @param severity text = critical
-- @param least integer = 1
SELECT project_name, account, region, category, severity, risk_num, affected_num, affected_unit
  FROM severity_daily
 WHERE data_date = :night AND severity = :severity AND risk_num >= :least
 ORDER BY risk_num DESC, project_name, category
