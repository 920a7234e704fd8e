-- @title Change since the night before, like for like
-- @one
SELECT data_date, previous_date, cohort, score_change, total_risk_num_change
  FROM portfolio_change_daily
 WHERE data_date = :data_date
