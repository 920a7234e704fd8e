-- @title Categories with projects at their cap
-- @key category
SELECT c.category, c.cap, c.targets AS all_targets, c.deduct_score, c.saturated_targets, s.growing_targets,
       s.total_risk_num, s.total_risk_num_change, s.nights_saturated, c.total_risk_num AS all_risk_num,
       c.unattributed_num
  FROM portfolio_category_daily AS c
  LEFT JOIN portfolio_saturation_daily AS s ON s.data_date = :data_date AND s.category = c.category
 WHERE c.data_date = :data_date
 ORDER BY CASE c.category WHEN 'alarm' THEN 1 WHEN 'baseline' THEN 2 WHEN 'vulnerability' THEN 3
                          WHEN 'asset' THEN 4 WHEN 'protection' THEN 5 ELSE 6 END
