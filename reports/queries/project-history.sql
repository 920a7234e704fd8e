-- @title History of a project
-- @question How have score and risks of one project moved over the last nights, gaps included?
-- @param project text
-- @param nights integer = 90
-- @param until date = latest night
SELECT c.data_date, c.account, c.enterprise_project_id, c.outcome, c.failure_kind, r.score, r.deducted,
       r.total_risk_num
  FROM coverage_target_daily c
  LEFT JOIN risk_daily r ON r.target_id = c.target_id AND r.data_date = c.data_date
 WHERE c.project_name = :project
   AND c.data_date IN (SELECT data_date FROM coverage_daily WHERE data_date <= :until ORDER BY data_date DESC LIMIT :nights)
 ORDER BY c.data_date DESC, c.account, c.enterprise_project_id
