-- @title Severities of projects
-- @key target_id category severity severity_raw
SELECT target_id, account, project_name, category, severity, severity_raw, risk_num, affected_num, affected_unit
  FROM severity_daily
 WHERE data_date = :data_date
 ORDER BY account, project_name, target_id, category, risk_num DESC NULLS LAST, severity, severity_raw
