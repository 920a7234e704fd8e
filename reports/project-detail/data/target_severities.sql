-- @title Severities of the night
-- @key category severity severity_raw
SELECT category, severity, severity_raw, risk_num, affected_num, affected_unit
  FROM severity_daily
 WHERE target_id = :target_id AND data_date = :data_date
 ORDER BY CASE category WHEN 'alarm' THEN 1 WHEN 'baseline' THEN 2 WHEN 'vulnerability' THEN 3
                        WHEN 'asset' THEN 4 WHEN 'protection' THEN 5 ELSE 6 END,
          CASE severity WHEN 'critical' THEN 1 WHEN 'high' THEN 2 WHEN 'medium' THEN 3 WHEN 'low' THEN 4 ELSE 5 END,
          severity_raw
