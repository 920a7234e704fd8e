-- @title Categories of a project
-- @question Where does one project lose its points on a night?
-- @param project text
-- @param night date = latest night
SELECT account, enterprise_project_id, category, deduct_score, cap, saturated, total_risk_num, itemized_num,
       unattributed_num
  FROM category_daily
 WHERE project_name = :project AND data_date = :night
 ORDER BY account, enterprise_project_id, deduct_score DESC NULLS LAST, category
