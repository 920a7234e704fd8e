-- @title Categories of business units
-- @key unit category
SELECT unit, category, cap, targets, deduct_score, saturated_targets, total_risk_num
  FROM unit_category_daily
 WHERE data_date = :data_date AND EXISTS (SELECT 1 FROM unit_target AS x WHERE x.unit IS NOT NULL)
 ORDER BY unit, CASE category WHEN 'alarm' THEN 1 WHEN 'baseline' THEN 2 WHEN 'vulnerability' THEN 3
                              WHEN 'asset' THEN 4 WHEN 'protection' THEN 5 ELSE 6 END
