-- @title Gross, and net of exceptions; none where no exception counts
-- @one
SELECT exceptions, score, net_score, deducted, net_deducted, total_risk_num, net_total_risk_num
  FROM net_daily
 WHERE target_id = :target_id AND data_date = :data_date AND exceptions > 0
