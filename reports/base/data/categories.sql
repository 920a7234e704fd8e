-- @title Categories of projects, the dearest first
-- @key target_id category
SELECT target_id, account, project_name, category, deduct_score, cap, saturated, total_risk_num, unattributed_num
  FROM category_daily
 WHERE data_date = :data_date
 ORDER BY deduct_score DESC NULLS LAST, total_risk_num DESC NULLS LAST, account, project_name, target_id, category
