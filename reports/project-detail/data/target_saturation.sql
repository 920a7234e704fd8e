-- @title Categories at their cap
-- @key category
SELECT category, saturated_since, nights_saturated, total_risk_num, total_risk_num_change, grows_unseen
  FROM saturation_pressure_daily
 WHERE target_id = :target_id AND data_date = :data_date
 ORDER BY CASE category WHEN 'alarm' THEN 1 WHEN 'baseline' THEN 2 WHEN 'vulnerability' THEN 3
                        WHEN 'asset' THEN 4 WHEN 'protection' THEN 5 ELSE 6 END
