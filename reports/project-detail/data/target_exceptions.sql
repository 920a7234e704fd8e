-- @title Exceptions that count for the project, expire within 14 days or expired within the last 14
-- @key exception
SELECT c.exception, s.category, s.severity, s.counter, s.policy, s.owner, s.reason, s.approved_by, s.valid_until,
       s.state, s.days_left, CASE WHEN c.counts = 1 THEN d.risk_num ELSE 0 END AS risk_num,
       CASE WHEN c.counts = 1 THEN d.deduct_score ELSE 0 END AS deduct_score, d.host_num
  FROM exception_target_daily AS c
  JOIN exception_state_daily AS s ON s.data_date = :data_date AND s.exception = c.exception
  LEFT JOIN exception_daily AS d
    ON d.data_date = :data_date AND d.target_id = :target_id AND d.exception = c.exception
 WHERE c.target_id = :target_id AND c.data_date = :data_date AND (c.counts = 1 OR s.is_due = 1)
 ORDER BY CASE s.state WHEN 'expired' THEN 2 ELSE 1 END, ABS(s.days_left), c.exception
