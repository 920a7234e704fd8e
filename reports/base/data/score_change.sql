-- @title Why the portfolio score moved since the night before
-- @one
SELECT data_date, previous_date, previous_score, score, score_change, real_change, coverage_change, scope_change,
       cohort, returned_targets, missing_targets, new_targets, gone_targets
  FROM portfolio_score_change_daily
 WHERE data_date = :data_date
