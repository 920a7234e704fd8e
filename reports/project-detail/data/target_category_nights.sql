-- @title Nights of the project's categories
-- @key data_date category
SELECT data_date, category, deduct_score, cap, total_risk_num
  FROM category_daily
 WHERE target_id = :target_id AND data_date >= :first_night AND data_date <= :data_date
 ORDER BY data_date, category
