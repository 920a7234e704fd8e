-- @title Exceptions on record, the first to expire first
-- @key exception
SELECT exception, category, severity, counter, policy, owner, reason, approved_by, valid_from, valid_until, state,
       days_left, targets, answered, risk_num, deduct_score
  FROM exception_state_daily
 WHERE data_date = :data_date
 ORDER BY days_left, exception
