-- @title Categories of the portfolio
-- @key category
SELECT category, cap, targets, deduct_score, saturated_targets, total_risk_num, unattributed_num
  FROM portfolio_category_daily
 WHERE data_date = :data_date
 ORDER BY CASE category WHEN 'alarm' THEN 1 WHEN 'baseline' THEN 2 WHEN 'vulnerability' THEN 3
                        WHEN 'asset' THEN 4 WHEN 'protection' THEN 5 ELSE 6 END
