-- @title Categories of the night
-- @key category
SELECT category, deduct_score, cap, saturated, total_risk_num, itemized_num, unattributed_num
  FROM category_daily
 WHERE target_id = :target_id AND data_date = :data_date
 ORDER BY CASE category WHEN 'alarm' THEN 1 WHEN 'baseline' THEN 2 WHEN 'vulnerability' THEN 3
                        WHEN 'asset' THEN 4 WHEN 'protection' THEN 5 ELSE 6 END
