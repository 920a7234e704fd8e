-- @title Exceptions that count for the project, the first to expire first
-- @key exception
SELECT d.exception, d.category, d.severity, d.counter, d.policy, d.risk_num, d.deduct_score, d.host_num,
       s.owner, s.reason, s.approved_by, s.valid_until, s.state, s.days_left
  FROM exception_daily AS d
  JOIN exception_state_daily AS s ON s.data_date = :data_date AND s.exception = d.exception
 WHERE d.target_id = :target_id AND d.data_date = :data_date
 ORDER BY s.days_left, d.exception
