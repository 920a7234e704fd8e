-- @title Portfolio
-- @one
SELECT data_date, targets, scored_targets, score, deducted, total_risk_num
  FROM portfolio_daily
 WHERE data_date = :data_date
