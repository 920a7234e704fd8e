-- @title Severities of projects
-- @key target_id category severity severity_raw
SELECT p.target_id, account, COALESCE(l.alias, p.project_name) AS project_name, category, severity, severity_raw,
       risk_num, affected_num, affected_unit
  FROM severity_daily AS p
  LEFT JOIN target_label AS l ON l.target_id = p.target_id AND l.from_date <= p.data_date
   AND l.to_date > p.data_date
 WHERE data_date = :data_date
 ORDER BY account, project_name, p.target_id, category, risk_num DESC NULLS LAST, severity, severity_raw
