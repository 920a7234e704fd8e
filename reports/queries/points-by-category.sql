-- @title Points lost by category
-- @question Where does the portfolio lose its points on a night, and how many projects are at a cap?
-- @param night date = latest night
SELECT category, deduct_score, cap, targets, saturated_targets, total_risk_num, unattributed_num
  FROM portfolio_category_daily
 WHERE data_date = :night
 ORDER BY deduct_score DESC NULLS LAST, category
