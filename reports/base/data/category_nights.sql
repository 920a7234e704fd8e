-- @title Nights of categories
-- @key data_date category
SELECT data_date, category, deduct_score, cap, total_risk_num
  FROM portfolio_category_daily
 WHERE data_date >= :first_night AND data_date <= :data_date
 ORDER BY data_date, category
