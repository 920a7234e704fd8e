-- @title Exceptions that expire within 14 days, and those that expired within the last 14
-- @key exception
SELECT exception, category, severity, counter, policy, owner, reason, approved_by, valid_until, state, days_left,
       targets, risk_num, deduct_score
  FROM exception_state_daily
 WHERE data_date = :data_date AND is_due = 1
 ORDER BY CASE state WHEN 'expired' THEN 2 ELSE 1 END, ABS(days_left), exception
