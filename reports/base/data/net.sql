-- @title Gross, and net of exceptions; none where no exception counts
-- @one
SELECT data_date, exceptions, excepted_targets, targets, scored_targets, score, net_score, score_effect,
       total_risk_num, net_total_risk_num, risk_num_effect
  FROM portfolio_net_daily
 WHERE data_date = :data_date AND exceptions > 0
