-- @title Categories at their cap
-- @question Where can risks still grow while the score stands still?
-- @param night date = latest night
SELECT project_name, account, region, category, deduct_score, cap, total_risk_num
  FROM category_daily
 WHERE data_date = :night AND saturated = 1
 ORDER BY total_risk_num DESC NULLS LAST, project_name, category
