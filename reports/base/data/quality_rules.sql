-- @title What answers depart from tonight
-- @key rule
SELECT rule, issues, targets
  FROM quality_rule_daily
 WHERE data_date = :data_date
 ORDER BY issues DESC, rule
