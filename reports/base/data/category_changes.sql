-- @title Change of each category since the night before, like for like
-- @key category
SELECT category, previous_date, cohort, score_change, total_risk_num_change
  FROM portfolio_category_change_daily
 WHERE data_date = :data_date
 ORDER BY score_change, category
